// What the layers of a network cost on its first rank.
// defines: NetworkCosts, costs_of
#pragma once

#include <functional>

#include "data/shape.hpp"
#include "deck/deck.hpp"
#include "model/cost.hpp"

namespace catapult {

/// What the layers of a network tell of its first rank.
struct NetworkCosts {
  std::function<CostSheet(Phase, Index samples)> of;
  std::function<CostSheet(Index samples)> of_outputs;  ///< of a forward pass, no map follows
  double word = 0.0;                                   ///< bytes of a number
  double parameters = 0.0;                             ///< of the rank
  Index all_parameters = 0;
  bool has_kernel_terms = true;
  bool couples_samples = false;
};

/// Of the network of `deck` on data of this shape, built for the first rank of the grid.
NetworkCosts costs_of(const Deck& deck, const DataShape& data, const GridShape& grid);

}  // namespace catapult
