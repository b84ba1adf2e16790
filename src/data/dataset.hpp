// Training and test samples of a member, spread over its sample ranks.
// defines: Dataset, load_dataset
#pragma once

#include <functional>

#include "base/grid.hpp"
#include "data/options.hpp"
#include "data/raw.hpp"
#include "data/samples.hpp"
#include "data/shape.hpp"

namespace catapult {

template <class Real>
struct Dataset {
  SpreadSamples<Real> train;
  SpreadSamples<Real> test;  ///< no samples where the source has none

  DataShape shape() const {
    return {train.size(), test.size(), train.inputs(), train.outputs(), "", train.mine().image};
  }
};

/// Reads what `options` ask for, scaled by the statistics of the training samples used, and spreads
/// it over the sample ranks; the width ranks of a block hold the same. Rank 0 alone reads and
/// checks, and holds what the source has, its verdict is broadcast. Collective. Throws DataError
/// (exit 3) where files are missing or corrupt, UsageError for classes or samples that are not
/// there.
/// Real: float, double.
template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Grid& grid);

/// The same of what `read` gives, which is called on rank 0.
template <class Real>
Dataset<Real> load_dataset(const DataOptions& options, const Grid& grid,
                           const std::function<SourceData()>& read);

}  // namespace catapult
