// The deck of the member that wrote a checkpoint.
// defines: deck_of_checkpoint
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "deck/deck.hpp"

namespace catapult {

/// The deck that stands in a checkpoint or weights file of a run, with the --set options
/// ("key=value") over it; its model starts from the file. Throws DataError where the file is
/// missing, corrupt or of no run, UsageError for settings. Collective over `world`.
Deck deck_of_checkpoint(const std::string& path, const std::vector<std::string>& settings,
                        const Communicator& world);

}  // namespace catapult
