// Samples and first weights of the trajectories of an ensemble.
// defines: EnsembleStart
#pragma once

#include <map>

#include "base/communicator.hpp"
#include "base/partition.hpp"
#include "data/dataset_cache.hpp"
#include "deck/ensemble.hpp"
#include "train/ensemble.hpp"

namespace catapult {

/// What one part starts from. Weights are drawn where they are needed, by those who train them;
/// those that are not (of a file, or of no more neurons than inputs) are those of the network that
/// a member by itself has.
class EnsembleStart {
 public:
  /// Rank 0 reads; `cache` is used there alone. Throws DataError, UsageError. Collective.
  EnsembleStart(const EnsemblePart& part, const Communicator& world, DatasetCache& cache);

  const SolvableData& data() const { return data_; }
  /// Of the members [begin, end) of `part`.
  TrajectoryStarts of(const EnsemblePart& part, Block members) const;

 private:
  using Key = std::pair<Index, Index>;  ///< width, seed

  bool drawn(Index width) const { return !from_file_ && width > data_.inputs + 1; }
  Key key_of(const TrajectoryKeys& keys) const;
  void read(const EnsemblePart& part, DatasetCache& cache);

  SolvableData data_;
  bool from_file_ = false;
  std::map<Key, std::vector<double>> weights_;  ///< (d + 1, d + 1), those that are not drawn
};

}  // namespace catapult
