// From options to a network.
// defines: build_chain, build_network, hidden_widths
#pragma once

#include <memory>
#include <vector>

#include "layers/options.hpp"
#include "model/network.hpp"

namespace catapult {

/// Widths of the hidden layers: `widths`, or `depth` times `width`.
std::vector<Index> hidden_widths(const ModelOptions& options);

/// The layers of `options` between `inputs` and `outputs` features, for one place of a grid.
/// kind "fc": dense layers with the activation between them, with shortcuts where `residual` asks
/// for them and widths agree; "solvable": f = n^(-1/2) v^T u x. Hidden layers are sharded over the
/// width ranks. Needs no MPI. Throws UsageError where a hidden layer is narrower than the width
/// ranks.
template <class Real>
std::unique_ptr<Chain<Real>> build_chain(const ModelOptions& options, Index inputs, Index outputs,
                                         const GridShape& grid);

/// The same on the ranks of a grid.
template <class Real>
Network<Real> build_network(const ModelOptions& options, Index inputs, Index outputs,
                            const Grid& grid);

}  // namespace catapult
