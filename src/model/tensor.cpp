#include "model/tensor.hpp"

#include <numeric>

namespace catapult {

std::vector<Index> Tensor::strides() const {
  std::vector<Index> extents = shape;
  extents[0] = rows.size();
  if (shape.size() == 2) extents[1] = columns.size();
  std::vector<int> axes = order;
  if (axes.empty()) {
    axes.resize(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  std::vector<Index> strides(shape.size());
  Index stride = 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    strides[static_cast<std::size_t>(*axis)] = stride;
    stride *= extents[static_cast<std::size_t>(*axis)];
  }
  return strides;
}

}  // namespace catapult
