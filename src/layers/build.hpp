// From options to a network.
// defines: NetworkEnds, build_chain, build_network, hidden_widths, most_width_ranks
#pragma once

#include <memory>
#include <vector>

#include "layers/hidden_layer.hpp"
#include "layers/options.hpp"
#include "linalg/image_shape.hpp"
#include "model/network.hpp"

namespace catapult {

/// What a network connects.
struct NetworkEnds {
  Index inputs = 0;
  Index outputs = 0;
  ImageShape image = {};  ///< of the inputs; no channels: they are no image
};

/// Neurons of the hidden layers of kinds "fc" and "solvable": `widths`, or `depth` times `width`,
/// or those that stand for `width` by their Gram matrix.
std::vector<Index> hidden_widths(const ModelOptions& options, Index inputs);

/// Over how many width ranks its neurons can be spread: each needs one of every hidden layer, and
/// the channels of convolutional networks are not spread, as every layer would gather them all.
Index most_width_ranks(const ModelOptions& options, Index inputs);

/// The layers of `options`, for one place of a grid.
/// fc: dense layers with the activation between them, with shortcuts where `residual` asks for them
/// and widths agree; cnn: as `layers` says; wrn: wide residual network (Zagoruyko and Komodakis
/// 2016); solvable: f = n^(-1/2) v^T u x. Hidden layers of fc are sharded over the width ranks.
/// One hidden layer of them is a HiddenLayer, which alone regards `activations`.
/// Needs no MPI. Throws UsageError where layers do not fit the data or the width ranks.
template <class Real>
std::unique_ptr<Chain<Real>> build_chain(const ModelOptions& options, const NetworkEnds& ends,
                                         const GridShape& grid,
                                         Activations activations = Activations::stored);

/// The same on the ranks of a grid.
template <class Real>
Network<Real> build_network(const ModelOptions& options, const NetworkEnds& ends, const Grid& grid,
                            Activations activations = Activations::stored);

}  // namespace catapult
