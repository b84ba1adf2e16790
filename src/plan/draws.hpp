// What the batches of a member cost beside its network: samples gathered, sent and changed.
// defines: BatchDraws
#pragma once

#include "data/augment.hpp"
#include "data/shape.hpp"
#include "model/cost.hpp"

namespace catapult {

class BatchDraws {
 public:
  BatchDraws(const DataOptions& options, const DataShape& data, int sample_ranks);

  /// Whether batches differ from step to step.
  bool any() const { return shuffled_ || augmentation_.any(); }
  /// Rows of samples that the first sample rank holds for them beside its block of the data.
  double rows_held() const;
  /// Adds one step's; `word`: bytes of a number.
  void add_to(CostSheet& sheet, double word) const;

 private:
  double partners_of(int rank) const;
  double rows_sent() const;

  Augmentation augmentation_;
  Index batch_ = 0;
  bool shuffled_ = false;  ///< a batch of some samples, in an order drawn anew
  int ranks_ = 1;          ///< sample ranks
  double inputs_ = 0.0, outputs_ = 0.0;
};

}  // namespace catapult
