// The IDX format of MNIST: images and labels in two files a part, plain or .gz.
// Source: http://yann.lecun.com/exdb/mnist
// defines: read_idx
#pragma once

#include "data/options.hpp"
#include "data/raw.hpp"

namespace catapult {

/// Reads train-* and t10k-* or test-* of the folder options.path. There is one output a label from
/// 0 to the largest of the training part. Throws DataError, UsageError.
Images read_idx(const DataOptions& options, Depth depth);

}  // namespace catapult
