// What a member costs on a grid of ranks: work, messages and memory of its largest rank. Used by
// `check`, to choose the grid, and to start the longest members first.
// defines: PhaseCollective, MemberCost, measures_kernel, cost_of, cost_within
#pragma once

#include <string>
#include <vector>

#include "data/shape.hpp"
#include "deck/deck.hpp"
#include "layers/build.hpp"
#include "plan/machine.hpp"
#include "plan/steps.hpp"
#include "plan/twin_matrices.hpp"

namespace catapult {

/// All calls of one kind within a step, a product or an assembly.
struct PhaseCollective {
  std::string phase;  ///< "step", "product" or "assembly"
  Collective call;
};

struct MemberCost {
  GridShape grid;
  std::string precision;
  Index parameters = 0;  ///< of the whole network
  Work step;             ///< forward, backward and update of one training step
  Work product;          ///< one kernel-vector product
  Work grams;            ///< Gram matrices of the inputs, once a theta
  Work assembly;         ///< of the whole kernel
  Work total;            ///< steps, measurements and test evaluations
  std::vector<PhaseCollective> collectives;
  bool assembled = false;        ///< the kernel is held as a matrix
  bool has_kernel_terms = true;  ///< and had from Gram terms; else column by column
  Index kernel_size = 0;         ///< its rows, k N
  Index guess_samples = 0;       ///< on which lambda is guessed at first; 0 where it is not
  bool couples_samples = false;  ///< by batch statistics
  double steps = 0.0;            ///< upper bound from the stop rules
  bool steps_assumed = false;    ///< no rule bounds them before lambda_0 is known
  LambdaEstimate lambda;         ///< by which they are counted
  double step_flops = 0.0;       ///< of all ranks
  double total_flops = 0.0;      ///< of all ranks
  RankBytes rank_bytes;          ///< memory of the largest rank
  TwinMatrices twin_matrices;    ///< kernels of linear twins
  Activations activations = Activations::stored;  ///< of a hidden layer that can do without
};

/// Whether lambda is measured at all.
bool measures_kernel(const Deck& deck);

/// Asks the layers of the member's network, built for the first place of the grid without MPI; how
/// work is counted: CostSheet. `machine` tells which memories a rank has. Throws UsageError where
/// the network does not fit the grid. A stop by physical time counts with eta = learning_rate, or
/// c/lambda_0 as `start` tells it, 1000 steps where it does not. Activations are stored where
/// [parallel] memory is "auto". The work is that from `start` on.
MemberCost cost_of(const Deck& deck, const DataShape& data, const GridShape& grid,
                   const Machine& machine = machine_of_build(), const StartingPoint& start = {});

/// The same with the memory that "auto" chooses: activations recomputed where they can be and
/// stored ones leave too little room, as `fits(rank bytes)` tells.
template <class Fits>
MemberCost cost_within(Deck deck, const DataShape& data, const GridShape& grid,
                       const Machine& machine, const Fits& fits, const StartingPoint& start = {}) {
  MemberCost cost = cost_of(deck, data, grid, machine, start);
  if (deck.parallel.memory != "auto" || !can_recompute(deck.model)) return cost;
  if (fits(cost.rank_bytes)) return cost;
  deck.parallel.memory = name_of(Activations::recomputed);
  return cost_of(deck, data, grid, machine, start);
}

}  // namespace catapult
