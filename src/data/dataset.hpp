// Training and test samples as the networks see them.
// defines: Samples, Dataset, load_dataset
#pragma once

#include "base/communicator.hpp"
#include "data/options.hpp"
#include "linalg/views.hpp"

namespace catapult {

template <class Real>
struct Samples {
  Matrix<Real> x;  // (samples, inputs)
  Matrix<Real> y;  // (samples, outputs)

  Index size() const { return static_cast<Index>(x.extent(0)); }
  Index inputs() const { return static_cast<Index>(x.extent(1)); }
  Index outputs() const { return static_cast<Index>(y.extent(1)); }
};

template <class Real>
struct Dataset {
  Samples<Real> train;
  Samples<Real> test;  ///< no samples where the source has none
};

/// Reads what `options` ask for, scaled by the statistics of the training samples used. Rank 0
/// reads and checks; its verdict and the arrays, equal on all ranks, are broadcast. Collective.
/// Throws DataError (exit 3) where files are missing or corrupt, UsageError for classes or samples
/// that are not there.
/// Real: float, double.
template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Communicator& ranks);

}  // namespace catapult
