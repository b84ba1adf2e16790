// Weight and bias of a dense layer.
// defines: dense_tensors
#pragma once

#include <vector>

#include "base/grid.hpp"
#include "layers/scales.hpp"
#include "model/place.hpp"
#include "model/tensor.hpp"

namespace catapult {

/// Of z = s X W^T + s_b b: W (fan_out, fan_in), then b (fan_out) where there is one. Sharded
/// output: each width rank holds its rows of both. Replicated output: its columns of W; the bias is
/// width rank 0's, others hold none of it. `number` names them and their random numbers.
std::vector<Tensor> dense_tensors(const GridShape& grid, const Place& input, const Place& output,
                                  const LayerScales& scales, int number);

}  // namespace catapult
