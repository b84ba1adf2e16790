// Panels of the assembled kernel out of its Gram terms, and what they cost.
// defines: PanelRoom, kernel_panel, add_panel_costs
#pragma once

#include <vector>

#include "model/network.hpp"

namespace catapult {

/// What panels are made of, from one to the next.
template <class Real>
struct PanelRoom {
  Vector<Real> products, errors;
};

/// panel (rows * outputs, columns * outputs) <- J J^T of this width rank's neurons, the samples of
/// `rows` against those of `columns`, term by term; to be summed over the width ranks, which all
/// call with the same samples. Where errors have slopes, those of `rows` and `columns` are of the
/// same units: both terms are made at the same theta. No normalization.
template <class Real>
void kernel_panel(const Communicator& width_ranks, const std::vector<KernelTerm<Real>>& rows,
                  const std::vector<KernelTerm<Real>>& columns, Index outputs,
                  PanelRoom<Real>& scratch, const MatrixRef<Real>& panel);

/// Adds to `sheet`, which holds the terms of all layers, what assembling them costs: panels of half
/// the kernel, features and errors around the ring of sample ranks, mirror images, memory.
void add_panel_costs(const GridShape& grid, CostSheet& sheet);

}  // namespace catapult
