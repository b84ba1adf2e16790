// A data file of HDF5: samples of real numbers in the datasets x, y and x_test, y_test.
// defines: read_hdf5_table
#pragma once

#include "data/options.hpp"
#include "data/raw.hpp"

namespace catapult {

/// Reads x (N, d), y (N, k) and, where they are there, x_test (M, d), y_test (M, k) of the file
/// options.path, floating-point or integer. Images may be (N, channels, height, width). Throws
/// DataError, UsageError.
RawTable read_hdf5_table(const DataOptions& options, Depth depth);

}  // namespace catapult
