#include "model/tensor.hpp"

#include <numeric>
#include <stdexcept>

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

MemoryPlace::MemoryPlace(const Tensor& tensor) {
  const std::vector<Index> all = tensor.strides();
  if (all.size() > most_axes) throw std::logic_error("MemoryPlace: too many axes");
  row_stride_ = all[0];
  for (std::size_t axis = 1; axis < all.size(); ++axis) {
    extents_[axes_] = tensor.shape[axis];
    strides_[axes_++] = all[axis];
  }
  if (axes_ == 1) extents_[0] = tensor.columns.size();
}

}  // namespace catapult
