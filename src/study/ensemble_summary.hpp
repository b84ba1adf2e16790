// The table of an ensemble: one row a member, as of members trained one by one.
// defines: has_ensemble_summary, write_ensemble_summary
#pragma once

#include <filesystem>
#include <vector>

#include "base/log.hpp"
#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "train/ensemble.hpp"

namespace catapult {

/// Whether the run folder holds the summary of all members, none of which failed.
bool has_ensemble_summary(const std::filesystem::path& run, const Study& study);

/// summary.csv and study.h5 in `run`, and a line of the log for each phase. `ends`: of all members.
/// Returns what failed, if anything. By this rank alone. Throws OutputError.
std::string write_ensemble_summary(const std::filesystem::path& run, const Study& study,
                                   const std::vector<TrajectoryEnd>& ends,
                                   const Provenance& provenance, Log& log);

}  // namespace catapult
