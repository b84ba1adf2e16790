// Statistics of the groups of a batch, channel by channel.
// defines: BatchStatistics
#pragma once

#include "layers/grouped_rows.hpp"
#include "model/layer.hpp"

namespace catapult {

/// Mean and (variance + epsilon)^(-1/2) of values (rows, channels) over each group, on however many
/// ranks its rows lie, and means of other terms over the same groups.
template <class Real>
class BatchStatistics {
 public:
  BatchStatistics(const Batch& batch, Index positions, int sample_ranks, Index channels)
      : rows_(batch, positions, sample_ranks), channels_(channels) {}

  const GroupedRows& rows() const { return rows_; }
  const Vector<Real>& mean() const { return mean_; }                ///< (groups, channels)
  const Vector<Real>& inverse_std() const { return inverse_std_; }  ///< (groups, channels)

  /// Of this rank's values. Collective over the sample ranks.
  void take(const Communicator& samples, const Vector<const Real>& values, double epsilon);

  /// (groups, Terms::count, channels) in `storage` <- means over each group of the terms that
  /// terms(row, group, channel, term) gives. Collective.
  template <class Terms>
  Vector<Real> means_of(const Communicator& samples, const Terms& terms, Vector<Real>& storage) {
    const Vector<double> sums = room_for(sums_, rows_.groups * Terms::count * channels_);
    sum_by_group(rows_, channels_, terms, partial_, sums);
    if (rows_.spread) sum_over(samples, sums);
    return average(Terms::count, storage);
  }
  /// gradient (2, channels) <- sums over all rows of the first two terms of the last means_of.
  /// Collective.
  void join_gradient(const Communicator& samples, Index terms,
                     const GradientTarget<Real>& gradient);

 private:
  Vector<Real> average(Index terms, Vector<Real>& storage) const;

  GroupedRows rows_;
  Index channels_;
  Vector<Real> mean_, inverse_std_;
  Vector<double> sums_, partial_, room_;
};

}  // namespace catapult
