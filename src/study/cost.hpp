// What a member will cost: arithmetic, memory, bytes sent. Used by `check`, and to start the
// longest members first.
// defines: MemberCost, cost_of
#pragma once

#include "data/shape.hpp"
#include "deck/deck.hpp"

namespace catapult {

struct MemberCost {
  Index parameters = 0;          ///< of the whole network
  double step_flops = 0.0;       ///< forward, backward and update of one training step
  double product_flops = 0.0;    ///< one kernel-vector product
  double steps = 0.0;            ///< upper bound from the stop rules
  bool steps_assumed = false;    ///< no rule bounds them before lambda_0 is known
  double total_flops = 0.0;      ///< steps, measurements and test evaluations
  double rank_bytes = 0.0;       ///< memory of the largest rank
  double step_bytes_sent = 0.0;  ///< by a rank in one step
};

/// `ranks`: of the member. lambda_0 is not known here: a stop by physical time counts with
/// eta = learning_rate, or 1000 steps where the learning rate is given as c.
MemberCost cost_of(const Deck& deck, const DataShape& data, int ranks);

}  // namespace catapult
