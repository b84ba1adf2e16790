// A study whose members are trained together: trajectories shared out over the ranks in blocks,
// their summary written once all have ended.
// defines: run_ensemble
#pragma once

#include <filesystem>

#include "deck/study.hpp"
#include "record/provenance.hpp"
#include "study/members.hpp"

namespace catapult {

/// Trains all members, each rank a group of its own, and writes summary.csv and study.h5 into
/// `folder`; one that holds them already keeps them. Returns the members that are left: none, or
/// all where a stop was asked for on the way, as nothing is kept of an ensemble before its end.
/// Members without a learning rate, as lambda_0 is 0, are told as a failure of the group. Throws
/// DataError, OutputError. Collective over `world`.
Index run_ensemble(const Study& study, const std::filesystem::path& folder,
                   const Provenance& provenance, const Communicator& world, Group& group);

}  // namespace catapult
