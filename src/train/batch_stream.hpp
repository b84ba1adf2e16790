// The batch of every step, this rank's rows of it.
// defines: BatchStream
#pragma once

#include "data/batches.hpp"
#include "data/samples.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

/// Batches in the order of BatchOrder; the sample ranks hold blocks of each batch's rows.
template <class Real>
class BatchStream {
 public:
  BatchStream(const SpreadSamples<Real>& train, const BatchOrder& order)
      : train_(train),
        order_(order),
        mine_(block_of(order.size(), train.ranks().size(), train.ranks().rank())),
        batch_(order.full() ? train.mine() : samples_like(train.mine(), mine_.size())) {}

  Index size() const { return order_.size(); }  ///< samples of a batch, all ranks together
  Index local_size() const { return mine_.size(); }
  /// Whether a step has the inputs of the step before: what is computed from them may be kept.
  bool same_inputs() const { return order_.full(); }

  /// Loss of f = 0 over all training samples: sum y^2 / (2 k N). Collective.
  double loss_of_zero() const {
    const Matrix<Real>& y = train_.mine().y;
    const Vector<const Real> flat(y.data(), y.size());
    return train_.ranks().sum(dot<Real>(flat, flat)) /
           (2.0 * static_cast<double>(train_.outputs()) * static_cast<double>(train_.size()));
  }

  /// Valid until the next call. Collective.
  const Samples<Real>& at(Index step) {
    if (order_.full()) return batch_;
    const std::vector<Index> all = order_.indices(step);
    train_.take(std::vector<Index>(all.begin() + mine_.begin, all.begin() + mine_.end), batch_,
                room_);
    return batch_;
  }

 private:
  SpreadSamples<Real> train_;
  BatchOrder order_;
  Block mine_;
  Samples<Real> batch_;
  TakeRoom<Real> room_;
};

}  // namespace catapult
