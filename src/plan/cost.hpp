// What a member costs on a grid of ranks: work, messages and memory of its largest rank. Used by
// `check`, to choose the grid, and to start the longest members first.
// defines: GridShape, Collective, MemberCost, cost_of
#pragma once

#include <vector>

#include "data/shape.hpp"
#include "deck/deck.hpp"
#include "plan/machine.hpp"

namespace catapult {

struct GridShape {
  int width_ranks = 1;
  int sample_ranks = 1;

  int ranks() const { return width_ranks * sample_ranks; }
  bool operator==(const GridShape&) const = default;
};

/// All calls of one kind within a step, a product or an assembly.
struct Collective {
  std::string phase;  ///< "step", "product" or "assembly"
  std::string name;
  double calls = 0.0;
  double sent = 0.0;      ///< bytes, by a rank
  double messages = 0.0;  ///< one after another
};

struct MemberCost {
  GridShape grid;
  Index parameters = 0;  ///< of the whole network
  Work step;             ///< forward, backward and update of one training step
  Work product;          ///< one kernel-vector product
  Work grams;            ///< Gram matrices of the inputs, once a theta
  Work assembly;         ///< of the whole kernel
  Work total;            ///< steps, measurements and test evaluations
  std::vector<Collective> collectives;
  bool assembled = false;      ///< the kernel is held as a matrix
  double steps = 0.0;          ///< upper bound from the stop rules
  bool steps_assumed = false;  ///< no rule bounds them before lambda_0 is known
  double step_flops = 0.0;     ///< of all ranks
  double total_flops = 0.0;    ///< of all ranks
  double rank_bytes = 0.0;     ///< memory of the largest rank
};

/// FLOP count a product of (m, k) and (k, n) as 2 m n k, bytes moved as each operand once. An
/// all-gather or reduce-scatter over p ranks sends (p - 1)/p of the whole in log2 p messages, a sum
/// twice that. lambda_0 is not known here: a stop by physical time counts with eta = learning_rate,
/// or 1000 steps where the learning rate is given as c.
MemberCost cost_of(const Deck& deck, const DataShape& data, const GridShape& grid);

}  // namespace catapult
