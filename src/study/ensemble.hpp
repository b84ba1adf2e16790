// A study whose members are trained together: trajectories shared out over the ranks in blocks,
// their summary written once all have ended.
// defines: EnsembleEnd, run_ensemble
#pragma once

#include <filesystem>
#include <optional>

#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "study/members.hpp"

namespace catapult {

struct EnsembleEnd {
  Index left = 0;                ///< members: none or all, as nothing is kept before the end
  std::optional<Table> summary;  ///< on rank 0, where none is left
};

/// Trains all members, each rank a group of its own, and writes summary.csv and study.h5 into
/// `folder`; one that holds them already keeps them. Members are left where a stop was asked for on
/// the way. Members without a learning rate, as lambda_0 is 0, are told as a failure of the group.
/// Throws DataError, OutputError. Collective over `world`.
EnsembleEnd run_ensemble(const Study& study, const std::filesystem::path& folder,
                         const Provenance& provenance, const Communicator& world, Group& group);

}  // namespace catapult
