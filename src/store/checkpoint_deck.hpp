// The deck of the member that wrote a checkpoint.
// defines: read_study_of_checkpoint, study_of_checkpoint, deck_of_checkpoint, step_of_checkpoint
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "deck/study.hpp"

namespace catapult {

/// The study of one member whose deck stands in a checkpoint or weights file of a run, with the
/// --set options ("key=value") over it. Throws DataError where the file is missing, corrupt or of
/// no run, UsageError for settings. Collective over `world`.
Study study_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                          const Communicator& world);

/// The same, read by this process alone. Needs no MPI.
Study read_study_of_checkpoint(const std::string& path, const std::vector<std::string>& settings);

/// Its deck alone; the model starts from the file. The same errors.
Deck deck_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                        const Communicator& world);

/// The step before which a checkpoint was taken. Throws DataError. Collective over `world`.
Index step_of_checkpoint(const std::string& path, const Communicator& world);

}  // namespace catapult
