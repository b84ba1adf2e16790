// Which samples belong to which step.
// defines: BatchOrder
#pragma once

#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// A stream of epochs, each a permutation of all samples drawn from (seed, epoch) only, cut into
/// batches of equal size: the batch of a step may end one epoch and begin the next, and no sample
/// is left out. Steps may be asked for in any order; one thread at a time.
class BatchOrder {
 public:
  /// `batch` 0 or `samples`: all samples at every step. Throws UsageError where there are fewer
  /// samples than the batch needs.
  BatchOrder(Index samples, Index batch, Index seed);

  bool full() const { return batch_ == samples_; }
  Index size() const { return batch_; }  ///< samples of a batch

  /// The samples of SGD step `step`, counted from 0; in file order where full().
  std::vector<Index> indices(Index step) const;
  /// The epoch that sample `row` of this step's batch belongs to.
  Index epoch(Index step, Index row) const { return (step * batch_ + row) / samples_; }

 private:
  const std::vector<Index>& permutation(Index epoch) const;

  Index samples_;
  Index batch_;
  Index seed_;
  mutable Index cached_epoch_ = -1;
  mutable std::vector<Index> cached_;  // (samples)
};

}  // namespace catapult
