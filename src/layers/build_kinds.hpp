// The kinds of convolutional networks.
// defines: build_cnn, build_wrn
#pragma once

#include <memory>

#include "layers/build.hpp"
#include "layers/builder.hpp"

namespace catapult {

/// As model.layers says, channels and neurons times model.widen. Throws LayersError where a layer
/// does not fit where it stands.
template <class Real>
std::unique_ptr<Chain<Real>> build_cnn(const ModelOptions& options, const NetworkEnds& ends,
                                       const GridShape& grid);

/// WRN-depth-widen, depth = 6 b + 4: a 3 x 3 convolution to base_channels; three groups of b blocks
/// of base_channels * widen * (1, 2, 4) channels, strides 1, 2, 2; batch norm, activation, the mean
/// over positions, dense. Block: batch norm, activation, 3 x 3 convolution (stride), batch norm,
/// activation, 3 x 3 convolution, plus the shortcut: a convolution in the first block of each group
/// (model.shortcut), else the input. Throws UsageError for other depths.
template <class Real>
std::unique_ptr<Chain<Real>> build_wrn(const ModelOptions& options, const NetworkEnds& ends,
                                       const GridShape& grid);

}  // namespace catapult
