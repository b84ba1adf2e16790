// What a study will need, and whether it can run at all.
// defines: StudyPlan, LambdaOf, plan_study, require_memory_of_spectrum,
// require_memory_of_vectors
#pragma once

#include <functional>

#include "base/communicator.hpp"
#include "data/shape.hpp"
#include "deck/study.hpp"
#include "plan/cost.hpp"
#include "plan/machine.hpp"
#include "plan/memory.hpp"
#include "plan/placement.hpp"

namespace catapult {

struct StudyPlan {
  Placement placement;
  bool ensemble = false;
  std::vector<DataShape> data;       ///< of each member, or of each part of an ensemble
  std::vector<MemberCost> costs;     ///< likewise
  std::vector<std::string> remarks;  ///< for the user
};

/// An estimate of a member's lambda_0.
using LambdaOf = std::function<LambdaEstimate(const Deck&, const DataShape&)>;

/// Looks at the data of each member (headers and labels only) and at its sizes. `ranks_of_node`:
/// ranks that share the memory of a node. `machine`: what the ranks have; grids are chosen by its
/// reference machine. `start`: of all members; `lambda_of` is asked where their steps depend on it
/// and may be empty. Throws one UsageError with all problems, each with
/// its place in the deck; DataError where data are missing or corrupt. Needs no MPI, allocates
/// nothing large: sizes that no memory holds are refused first.
StudyPlan plan_study(const Study& study, int ranks, int ranks_of_node,
                     const MemoryLimits& limits = memory_limits(),
                     const Machine& machine = machine_of_build(), const StartingPoint& start = {},
                     const LambdaOf& lambda_of = {});

/// Throws UsageError where the whole spectrum of a kernel of `size` rows does not fit the memory of
/// a node. Collective over `world`.
void require_memory_of_spectrum(Index size, const Communicator& world);

/// The same of `count` vectors in double precision, `local` elements of each on this rank.
void require_memory_of_vectors(Index count, Index local, const Communicator& world);

}  // namespace catapult
