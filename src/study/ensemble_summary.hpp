// The table of an ensemble: one row a member, as of members trained one by one.
// defines: read_ensemble_summary, write_ensemble_summary
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "record/table.hpp"
#include "train/ensemble.hpp"

namespace catapult {

/// The summary of all members that the run folder holds; nothing where there is none, or some
/// failed.
std::optional<Table> read_ensemble_summary(const std::filesystem::path& run, const Study& study);

/// The same as summary.csv and study.h5 in `run`. `ends`: of all members. By this rank alone.
/// Throws OutputError.
Table write_ensemble_summary(const std::filesystem::path& run, const Study& study,
                             const std::vector<TrajectoryEnd>& ends, const Provenance& provenance);

}  // namespace catapult
