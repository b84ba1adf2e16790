// Where a trainable tensor lies: globally, on this rank, and in the flat parameter buffer.
// defines: Tensor
#pragma once

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
  /// Another order is for tensors that every width rank holds whole.
  std::vector<int> order;

  Index size() const { return rows.size() * columns.size(); }
  /// Distance in memory of neighbours along each axis of this rank's part, which is the whole
  /// tensor or a matrix.
  std::vector<Index> strides() const;
};

}  // namespace catapult
