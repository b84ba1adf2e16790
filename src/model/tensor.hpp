// Where a trainable tensor lies: globally, on this rank, and in the flat parameter buffer.
// defines: Tensor, MemoryPlace
#pragma once

#include <Kokkos_Macros.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/partition.hpp"

namespace catapult {

/// One trainable tensor, seen as a matrix: its first axis by all the others. Optimizer, weights
/// file and initialization walk over tensors and know no layers.
struct Tensor {
  std::string name;          ///< "layers/00/weight"
  std::vector<Index> shape;  ///< global, axes in the order of files
  Block rows;                ///< this rank's rows (first axis)
  Block columns;             ///< this rank's columns (all other axes, flattened)
  Index offset = 0;          ///< of this rank's part in the flat buffer of what holds the tensor
  double mean = 0.0;         ///< of its normal distribution at initialization
  double deviation = 1.0;    ///< likewise; 0: all elements are the mean
  std::uint32_t stream = 0;  ///< of its random numbers
  /// Axes from the slowest to the fastest in memory; empty: the order of files (rows contiguous).
  std::vector<int> order;

  Index size() const { return rows.size() * columns.size(); }
  /// Distance in memory of neighbours along each axis of this rank's part. Columns are cut in
  /// matrices only.
  std::vector<Index> strides() const;
};

/// From (row, column) of a tensor, in the order of files, to the place of the element in memory;
/// all counted from this rank's first.
class MemoryPlace {
 public:
  explicit MemoryPlace(const Tensor& tensor);

  KOKKOS_INLINE_FUNCTION Index operator()(Index row, Index column) const {
    Index place = row * row_stride_;
    for (int axis = axes_ - 1; axis > 0; --axis) {
      place += column % extents_[axis] * strides_[axis];
      column /= extents_[axis];
    }
    return axes_ > 0 ? place + column * strides_[0] : place;
  }

 private:
  static constexpr int most_axes = 4;

  Index row_stride_ = 0;
  int axes_ = 0;                ///< flattened in the column
  Index extents_[most_axes]{};  ///< of these, the slowest first
  Index strides_[most_axes]{};
};

}  // namespace catapult
