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
  std::vector<Index> shape;  ///< global
  Block rows;                ///< this rank's rows (first axis)
  Block columns;             ///< this rank's columns (all other axes, flattened)
  Index offset = 0;          ///< of this rank's part, row-major, in the flat buffer
  double deviation = 1.0;    ///< of its normal distribution at initialization
  std::uint32_t stream = 0;  ///< of its random numbers

  Index size() const { return rows.size() * columns.size(); }
};

}  // namespace catapult
