// From options to a network.
// defines: build_network, hidden_widths
#pragma once

#include "model/network.hpp"
#include "model/options.hpp"

namespace catapult {

/// Widths of the hidden layers: `widths`, or `depth` times `width`.
std::vector<Index> hidden_widths(const ModelOptions& options);

/// The network of `options` between `inputs` and `outputs` features. kind "fc": dense layers with
/// the activation between them; "solvable": f = n^(-1/2) v^T u x. Hidden layers are sharded over
/// the width ranks. Throws UsageError where a hidden layer is narrower than the width ranks.
template <class Real>
Network<Real> build_network(const ModelOptions& options, Index inputs, Index outputs,
                            const Grid& grid);

}  // namespace catapult
