// Panels of the assembled kernel out of its Gram terms, and what they cost.
// defines: kernel_panel, add_panel_costs
#pragma once

#include <vector>

#include "model/network.hpp"

namespace catapult {

/// panel (rows * outputs, columns * outputs) <- J J^T of this width rank's neurons, the samples of
/// `rows` against those of `columns`, term by term; to be summed over the width ranks, which all
/// call with the same samples. No normalization.
template <class Real>
void kernel_panel(const Communicator& width_ranks, const std::vector<KernelTerm<Real>>& rows,
                  const std::vector<KernelTerm<Real>>& columns, Index outputs,
                  Vector<Real>& scratch, const MatrixRef<Real>& panel);

/// Adds to `sheet`, which holds the terms of all layers, what assembling them costs: panels of half
/// the kernel, features and errors around the ring of sample ranks, mirror images, memory.
void add_panel_costs(const GridShape& grid, CostSheet& sheet);

}  // namespace catapult
