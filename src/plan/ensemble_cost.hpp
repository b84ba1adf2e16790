// What an ensemble costs: trajectories of the warm-up model, each by one thread.
// defines: cost_of_ensemble
#pragma once

#include "deck/study.hpp"
#include "plan/cost.hpp"

namespace catapult {

/// Of one part: `step` and `total` are those of a rank that trains as many members as all others of
/// `ranks`, to the last step that the stop rules allow (what diverges ends before); the memory is
/// rank 0's, which holds what became of all members of the study.
MemberCost cost_of_ensemble(const Study& study, const Deck& part, const DataShape& data, int ranks,
                            const Machine& machine);

}  // namespace catapult
