// CIFAR-10 and CIFAR-100 in their binary versions: records of labels and three colour planes.
// Source: https://www.cs.toronto.edu/~kriz/cifar.html
// defines: read_cifar10, read_cifar100
#pragma once

#include "data/options.hpp"
#include "data/raw.hpp"

namespace catapult {

/// Reads data_batch_1.bin to data_batch_5.bin, as many as there are, and test_batch.bin of the
/// folder options.path, each plain or .gz. Throws DataError, UsageError.
Images read_cifar10(const DataOptions& options, Depth depth);

/// Reads train.bin and test.bin; the output is the fine label. Throws DataError, UsageError.
Images read_cifar100(const DataOptions& options, Depth depth);

}  // namespace catapult
