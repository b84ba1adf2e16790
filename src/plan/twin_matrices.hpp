// Which linear twins hold their kernel as a matrix.
// defines: TwinMatrices, twin_matrices, kernel_product_work
#pragma once

#include "deck/deck.hpp"
#include "plan/machine.hpp"
#include "plan/network_costs.hpp"

namespace catapult {

/// A step of a linear twin is a kernel product, or a pass over the kernel once that is there. To
/// rent or to buy: it is made when the twin's products have cost as much as making it does, so that
/// no twin costs more than twice what it must, however long it lives.
struct TwinMatrices {
  Index most = 0;      ///< at the same time: of the twins that are old enough the first ones forked
  Index after = 0;     ///< steps of a twin
  double bytes = 0.0;  ///< of one, a rank's rows
  double room = 0.0;   ///< bytes, while one is made
  Work assembly;       ///< of one
  Work step;           ///< then, in place of a product
};

/// None where it would not pay. Decided for the reference machine, so that every restart on as many
/// ranks decides alike.
TwinMatrices twin_matrices(const Deck& deck, const DataShape& data, const GridShape& grid,
                           RankKind rank);

/// Theta v, layer by layer, or by a gradient that is pushed forward.
Work kernel_product_work(const NetworkCosts& network, Index samples);

}  // namespace catapult
