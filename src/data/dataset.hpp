// Training and test samples of a member, spread over its sample ranks.
// defines: Dataset, load_dataset
#pragma once

#include "base/grid.hpp"
#include "data/options.hpp"
#include "data/samples.hpp"

namespace catapult {

template <class Real>
struct Dataset {
  SpreadSamples<Real> train;
  SpreadSamples<Real> test;  ///< no samples where the source has none
};

/// Reads what `options` ask for, scaled by the statistics of the training samples used, and spreads
/// it over the sample ranks; the width ranks of a block hold the same. Rank 0 alone reads and
/// checks, and holds what the source has, its verdict is broadcast. Collective. Throws DataError
/// (exit 3) where files are missing or corrupt, UsageError for classes or samples that are not
/// there.
/// Real: float, double.
template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Grid& grid);

}  // namespace catapult
