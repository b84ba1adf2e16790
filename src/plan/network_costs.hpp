// What the layers of a network cost on its first rank.
// defines: NetworkCosts, costs_of, batch_of, kernel_samples_of, product_sheets, assembly_sheet
#pragma once

#include <functional>
#include <optional>
#include <vector>

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

/// Samples of a training step, and of the measured kernel.
Index batch_of(const Deck& deck, const DataShape& data);
Index kernel_samples_of(const Deck& deck, const DataShape& data);

/// Of a kernel product with one vector: layer by layer, or the gradient of all parameters formed
/// and pushed forward.
std::vector<CostSheet> product_sheets(const NetworkCosts& network, Index samples);

/// Of the whole kernel; nothing where its layers have no terms and it is made column by column.
std::optional<CostSheet> assembly_sheet(const NetworkCosts& network, const GridShape& grid,
                                        Index samples);

}  // namespace catapult
