#include "layers/batch_statistics.hpp"

#include <cmath>

namespace catapult {
namespace {

/// x - k and its square, k the first of the group's rows on this rank.
template <class Real>
struct AboutFirst {
  static constexpr int count = 2;
  Vector<const Real> x;
  Matrix<Index> chunks;
  Vector<Index> before;
  Index channels;

  KOKKOS_INLINE_FUNCTION void operator()(Index row, Index group, Index c, double* term) const {
    const Index first = chunks(before(group), 0);
    const double away = double(x(row * channels + c)) - double(x(first * channels + c));
    term[0] = away;
    term[1] = away * away;
  }
};

/// From sums of x - k and of its square over this rank's rows of each group, k the first of them:
/// their mean, and the squares about it.
template <class Real>
void center(const GroupedRows& rows, const Vector<const Real>& x, Index channels,
            const Vector<double>& sums, const Vector<double>& means,
            const Vector<double>& squares) {
  const Matrix<Index> chunks = rows.chunks;
  const Vector<Index> before = rows.chunks_before;
  const Vector<double> share = rows.share, share_here = rows.share_here;
  for_elements(
      "batch_norm_center", rows.groups, channels, KOKKOS_LAMBDA(Index group, Index c) {
        const Index to = group * channels + c, from = 2 * group * channels + c;
        double mean = 0.0, square = 0.0;
        if (before(group) < before(group + 1)) {
          const double first = double(x(chunks(before(group), 0) * channels + c));
          const double shift = sums(from) * share(group) / share_here(group);
          mean = first + shift;
          square = sums(from + channels) - shift * sums(from);
        }
        means(to) = mean;
        squares(to) = square;
      });
}

/// means <- their weight in the mean over all ranks, kept as they were in `here`.
void weigh(const GroupedRows& rows, Index channels, const Vector<double>& means,
           const Vector<double>& here) {
  const Vector<double> share_here = rows.share_here;
  for_elements(
      "batch_norm_weigh", rows.groups, channels, KOKKOS_LAMBDA(Index group, Index c) {
        const Index i = group * channels + c;
        here(i) = means(i);
        means(i) *= share_here(group);
      });
}

/// Squares about the mean here become those about the mean over all ranks.
void move_squares(const GroupedRows& rows, Index channels, const Vector<double>& means,
                  const Vector<double>& here, const Vector<double>& squares) {
  const Vector<double> share = rows.share, share_here = rows.share_here;
  for_elements(
      "batch_norm_move", rows.groups, channels, KOKKOS_LAMBDA(Index group, Index c) {
        const Index i = group * channels + c;
        const double away = here(i) - means(i);
        squares(i) += share_here(group) / share(group) * away * away;
      });
}

/// mean and r = (v + eps)^(-1/2)
template <class Real>
void keep_statistics(const GroupedRows& rows, Index channels, double epsilon,
                     const Vector<double>& means, const Vector<double>& squares,
                     const Vector<Real>& mean, const Vector<Real>& r) {
  const Vector<double> share = rows.share;
  for_elements(
      "batch_norm_statistics", rows.groups, channels, KOKKOS_LAMBDA(Index group, Index c) {
        const Index i = group * channels + c;
        mean(i) = static_cast<Real>(means(i));
        r(i) = static_cast<Real>(1.0 / std::sqrt(squares(i) * share(group) + epsilon));
      });
}

template <class Real>
void average_groups(const GroupedRows& rows, Index terms, Index channels,
                    const Vector<double>& sums, const Vector<Real>& means) {
  const Vector<double> share = rows.share;
  for_elements(
      "batch_norm_average", rows.groups * terms, channels, KOKKOS_LAMBDA(Index line, Index c) {
        const Index i = line * channels + c;
        means(i) = static_cast<Real>(share(line / terms) * sums(i));
      });
}

/// total (2, channels) <- the first two terms, summed over all groups.
void sum_up(Index groups, Index terms, Index channels, const Vector<double>& sums,
            const Vector<double>& total) {
  for_elements(
      "batch_norm_gradient", 2, channels, KOKKOS_LAMBDA(Index which, Index c) {
        double sum = 0.0;
        for (Index group = 0; group < groups; ++group) {
          sum += sums((group * terms + which) * channels + c);
        }
        total(which * channels + c) = sum;
      });
}

template <class Real>
void join(const Vector<double>& total, const GradientTarget<Real>& gradient) {
  const Vector<Real> target = gradient.target;
  const double alpha = gradient.alpha, beta = gradient.beta;
  Kokkos::parallel_for(
      "batch_norm_join", Range1(0, static_cast<Index>(total.extent(0))), KOKKOS_LAMBDA(Index i) {
        const double before = beta == 0.0 ? 0.0 : beta * double(target(i));
        target(i) = static_cast<Real>(alpha * total(i) + before);
      });
}

}  // namespace

template <class Real>
void BatchStatistics<Real>::take(const Communicator& samples, const Vector<const Real>& values,
                                 double epsilon) {
  const Index all = rows_.groups * channels_;
  const Vector<double> room = room_for(room_, 3 * all);
  const Vector<double> means = part_of(room, {0, all}), squares = part_of(room, {all, 2 * all});
  const Vector<double> sums = room_for(sums_, 2 * all);
  const AboutFirst<Real> about{values, rows_.chunks, rows_.chunks_before, channels_};
  sum_by_group(rows_, channels_, about, partial_, sums);
  center(rows_, values, channels_, sums, means, squares);
  if (rows_.spread) {
    const Vector<double> here = part_of(room, {2 * all, 3 * all});
    weigh(rows_, channels_, means, here);
    sum_over(samples, means);
    move_squares(rows_, channels_, means, here, squares);
    sum_over(samples, squares);
  }
  keep_statistics(rows_, channels_, epsilon, means, squares, room_for(mean_, all),
                  room_for(inverse_std_, all));
}

template <class Real>
Vector<Real> BatchStatistics<Real>::average(Index terms, Vector<Real>& storage) const {
  const Vector<Real> means = room_for(storage, rows_.groups * terms * channels_);
  average_groups(rows_, terms, channels_, sums_, means);
  return means;
}

template <class Real>
void BatchStatistics<Real>::join_gradient(const Communicator& samples, Index terms,
                                          const GradientTarget<Real>& gradient) {
  if (!gradient.wanted()) return;
  const Vector<double> total = room_for(room_, 2 * channels_);
  sum_up(rows_.groups, terms, channels_, sums_, total);
  if (!rows_.spread) sum_over(samples, total);
  join(total, gradient);
}

template class BatchStatistics<float>;
template class BatchStatistics<double>;

}  // namespace catapult
