// Numbers of a checkpoint that must be what a calculation can go on with.
// defines: refuse, read_finite, read_counts
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// Throws a DataError about a file.
[[noreturn]] inline void refuse(const Hdf5File& file, const std::string& problem) {
  throw DataError(fmt::format("{}: {}", file.path().string(), problem));
}

/// The `count` numbers of a dataset. Throws DataError, also where one of them is not finite.
inline std::vector<double> read_finite(const Hdf5File& file, const std::string& name, Index count) {
  std::vector<double> values = file.read<double>(name, count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    refuse(file,
           fmt::format("dataset {}: expected finite numbers, found {} at {}", name, values[i], i));
  }
  return values;
}

/// The `count` counts of a dataset: none is negative. Throws DataError.
inline std::vector<Index> read_counts(const Hdf5File& file, const std::string& name, Index count) {
  std::vector<Index> values = file.read<Index>(name, count);
  for (const Index value : values) {
    if (value < 0) refuse(file, fmt::format("dataset {}: expected counts, found {}", name, value));
  }
  return values;
}

}  // namespace catapult
