// The batch of every step, this rank's rows of it.
// defines: BatchStream
#pragma once

#include "data/augment.hpp"
#include "data/batches.hpp"
#include "data/samples.hpp"
#include "model/loss.hpp"

namespace catapult {

/// Batches in the order of BatchOrder, augmented; the sample ranks hold blocks of each batch's
/// rows. A batch depends on its step alone: not on those before it, not on the number of ranks.
template <class Real>
class BatchStream {
 public:
  BatchStream(const SpreadSamples<Real>& train, const BatchOrder& order,
              const Augmentation& augmentation)
      : train_(train),
        order_(order),
        augmentation_(augmentation),
        mine_(block_of(order.size(), train.ranks().size(), train.ranks().rank())) {
    if (augmentation.mixup) partners_ = partners_elsewhere(order.size(), mine_);
    taken_ =
        same_inputs() ? train.mine() : samples_like(train.mine(), mine_.size() + partners_.size());
    batch_ = rows(taken_, {0, mine_.size()});
    if (!augmentation.any()) return;
    const Samples<Real> changed = samples_like(train.mine(), mine_.size());
    batch_.x = changed.x;
    if (augmentation.mixup) batch_.y = changed.y;
  }

  Index size() const { return order_.size(); }  ///< samples of a batch, all ranks together
  Index local_size() const { return mine_.size(); }
  /// Whether a step has the inputs of the step before: what is computed from them may be kept.
  bool same_inputs() const { return same_batch_at_each_step(order_, augmentation_); }

  /// Loss of f = 0 over all training samples. Collective.
  double loss_of_zero(const Loss& loss) const {
    const Matrix<Real>& y = train_.mine().y;
    const Matrix<Real> zero("zero", y.extent(0), y.extent(1));
    const double sum = train_.ranks().sum(score_sums(loss, zero, y).loss);
    return loss.mean_of(sum, train_.size(), train_.outputs());
  }

  /// Valid until the next call. Collective.
  const Samples<Real>& at(Index step) {
    if (same_inputs()) return batch_;
    const std::vector<Index> all = order_.indices(step);
    std::vector<Index> wanted(all.begin() + mine_.begin, all.begin() + mine_.end);
    wanted.insert(wanted.end(), all.begin() + partners_.begin, all.begin() + partners_.end);
    train_.take(wanted, taken_, room_);
    if (augmentation_.any()) {
      augment(taken_, draws_of(augmentation_, order_, step, mine_), augmentation_.mixup, batch_,
              draws_);
    }
    return batch_;
  }

 private:
  SpreadSamples<Real> train_;
  BatchOrder order_;
  Augmentation augmentation_;
  Block mine_;
  Block partners_ = {0, 0};  ///< rows taken for mixup alone
  Samples<Real> taken_;      ///< rows `mine_`, then `partners_`, as the data have them
  Samples<Real> batch_;
  TakeRoom<Real> room_;
  Vector<RowDraw> draws_;
};

}  // namespace catapult
