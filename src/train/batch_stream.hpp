// The batch of every step, this rank's rows of it.
// defines: BatchStream
#pragma once

#include "data/batches.hpp"
#include "data/dataset.hpp"
#include "linalg/vector_ops.hpp"
#include "model/grid.hpp"

namespace catapult {

/// Batches in the order of BatchOrder; the sample ranks hold blocks of each batch's rows.
template <class Real>
class BatchStream {
 public:
  /// `train`: all training samples, on every rank.
  BatchStream(const Samples<Real>& train, const BatchOrder& order, const Grid& grid)
      : train_(train),
        order_(order),
        mine_(block_of(order.size(), grid.samples.size(), grid.samples.rank())) {
    if (order_.full()) {
      batch_ = rows(train_, mine_);
    } else {
      batch_.x = Matrix<Real>("batch_x", mine_.size(), train_.inputs());
      batch_.y = Matrix<Real>("batch_y", mine_.size(), train_.outputs());
    }
  }

  Index size() const { return order_.size(); }  ///< samples of a batch, all ranks together
  Index local_size() const { return mine_.size(); }
  bool full() const { return order_.full(); }

  /// Loss of f = 0 over all training samples: sum y^2 / (2 k N). Collective.
  double loss_of_zero(const Grid& grid) const {
    const Communicator& ranks = grid.samples;
    const Matrix<Real> y =
        rows(train_, block_of(train_.size(), ranks.size(), ranks.rank())).y;  // contiguous
    const Vector<const Real> flat(y.data(), y.size());
    return ranks.sum(dot<Real>(flat, flat)) /
           (2.0 * static_cast<double>(train_.outputs()) * static_cast<double>(train_.size()));
  }

  /// Valid until the next call.
  const Samples<Real>& at(Index step) {
    if (order_.full()) return batch_;
    const std::vector<Index> all = order_.indices(step);
    take_rows(train_, std::vector<Index>(all.begin() + mine_.begin, all.begin() + mine_.end),
              batch_);
    return batch_;
  }

 private:
  Samples<Real> train_;
  BatchOrder order_;
  Block mine_;
  Samples<Real> batch_;
};

}  // namespace catapult
