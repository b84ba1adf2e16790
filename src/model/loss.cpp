#include "model/loss.hpp"

#include <cmath>
#include <limits>

#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// The softmax of one row of logits, without overflow whatever they are.
template <class Real>
struct Softmax {
  Matrix<const Real> f;
  Index row;
  double largest, log_sum;  ///< of the logits; of exp(logit - largest)

  KOKKOS_INLINE_FUNCTION Softmax(const Matrix<const Real>& logits, Index number)
      : f(logits), row(number), largest(double(logits(number, 0))), log_sum(0.0) {
    const auto outputs = static_cast<Index>(f.extent(1));
    for (Index i = 1; i < outputs; ++i) largest = largest < f(row, i) ? double(f(row, i)) : largest;
    double sum = 0.0;
    for (Index i = 0; i < outputs; ++i) sum += std::exp(double(f(row, i)) - largest);
    log_sum = std::log(sum);
  }
  KOKKOS_INLINE_FUNCTION double log_of(Index i) const {
    return double(f(row, i)) - largest - log_sum;
  }
  KOKKOS_INLINE_FUNCTION double of(Index i) const { return std::exp(log_of(i)); }
};

/// The smoothed target of one row.
template <class Real>
struct Target {
  Matrix<const Real> y;
  Index row;
  double keep, floor, mass;  ///< (1 - smoothing), smoothing/k sum y, sum y

  KOKKOS_INLINE_FUNCTION Target(const Matrix<const Real>& targets, Index number, double smoothing)
      : y(targets), row(number), keep(1.0 - smoothing), floor(0.0), mass(0.0) {
    const auto outputs = static_cast<Index>(y.extent(1));
    for (Index i = 0; i < outputs; ++i) mass += double(y(row, i));
    floor = smoothing * mass / double(outputs);
  }
  KOKKOS_INLINE_FUNCTION double of(Index i) const { return keep * double(y(row, i)) + floor; }
};

/// Whether the largest output is the one of the target.
template <class Real>
KOKKOS_INLINE_FUNCTION bool is_correct(const Matrix<const Real>& f, const Matrix<const Real>& y,
                                       Index row) {
  Index guess = 0, truth = 0;
  for (Index i = 1; i < static_cast<Index>(f.extent(1)); ++i) {
    if (f(row, i) > f(row, guess)) guess = i;
    if (y(row, i) > y(row, truth)) truth = i;
  }
  return guess == truth;
}

template <class Real>
ScoreSums squares(const Matrix<const Real>& f, const Matrix<const Real>& y) {
  ScoreSums sums;
  Kokkos::parallel_reduce(
      "score", Range1(0, static_cast<Index>(f.extent(0))),
      KOKKOS_LAMBDA(Index row, double& square, double& correct) {
        for (Index i = 0; i < static_cast<Index>(f.extent(1)); ++i) {
          const double residual = double(f(row, i)) - double(y(row, i));
          square += residual * residual;
        }
        correct += is_correct<Real>(f, y, row) ? 1.0 : 0.0;
      },
      sums.loss, sums.correct);
  return sums;
}

template <class Real>
ScoreSums entropies(const Matrix<const Real>& f, const Matrix<const Real>& y, double smoothing) {
  ScoreSums sums;
  Kokkos::parallel_reduce(
      "entropy", Range1(0, static_cast<Index>(f.extent(0))),
      KOKKOS_LAMBDA(Index row, double& entropy, double& correct) {
        const Softmax<Real> p(f, row);
        const Target<Real> target(y, row, smoothing);
        for (Index i = 0; i < static_cast<Index>(f.extent(1)); ++i) {
          const double wanted = target.of(i);
          if (wanted != 0.0) entropy -= wanted * p.log_of(i);
        }
        correct += is_correct<Real>(f, y, row) ? 1.0 : 0.0;
      },
      sums.loss, sums.correct);
  return sums;
}

template <class Real>
void entropy_cotangent(const Matrix<const Real>& f, const Matrix<const Real>& y, double smoothing,
                       double scale, const Matrix<Real>& cotangent) {
  Kokkos::parallel_for(
      "entropy_cotangent", Range1(0, static_cast<Index>(f.extent(0))), KOKKOS_LAMBDA(Index row) {
        const Softmax<Real> p(f, row);
        const Target<Real> target(y, row, smoothing);
        for (Index i = 0; i < static_cast<Index>(f.extent(1)); ++i) {
          cotangent(row, i) = static_cast<Real>(scale * (target.mass * p.of(i) - target.of(i)));
        }
      });
}

template <class Real>
void entropy_tangent(const Matrix<const Real>& f, const Matrix<const Real>& y,
                     const Matrix<const Real>& moved, double scale, const Matrix<Real>& tangent) {
  Kokkos::parallel_for(
      "entropy_tangent", Range1(0, static_cast<Index>(f.extent(0))), KOKKOS_LAMBDA(Index row) {
        const Softmax<Real> p(f, row);
        const Target<Real> target(y, row, 0.0);
        const auto outputs = static_cast<Index>(f.extent(1));
        double mean = 0.0;
        for (Index i = 0; i < outputs; ++i) mean += p.of(i) * double(moved(row, i));
        for (Index i = 0; i < outputs; ++i) {
          const double change = p.of(i) * (double(moved(row, i)) - mean);
          tangent(row, i) = static_cast<Real>(scale * target.mass * change);
        }
      });
}

/// B = sqrt(sum y) (diag(sqrt p) - p sqrt(p)^T), whose B B^T is sum y (diag(p) - p p^T).
template <class Real>
void entropy_root(const Matrix<const Real>& f, const Matrix<const Real>& y, bool transposed,
                  const Matrix<Real>& values) {
  const auto samples = static_cast<Index>(f.extent(0));
  Kokkos::parallel_for(
      "entropy_root", Range1(0, static_cast<Index>(values.extent(0))), KOKKOS_LAMBDA(Index row) {
        const Index sample = row % samples;
        const Softmax<Real> p(f, sample);
        const Target<Real> target(y, sample, 0.0);
        const double root_of_mass = std::sqrt(target.mass);
        const auto outputs = static_cast<Index>(f.extent(1));
        double sum = 0.0;
        for (Index i = 0; i < outputs; ++i) {
          const double weight = transposed ? p.of(i) : std::sqrt(p.of(i));
          sum += weight * double(values(row, i));
        }
        for (Index i = 0; i < outputs; ++i) {
          const double value = double(values(row, i)), root = std::sqrt(p.of(i));
          const double result = transposed ? root * (value - sum) : root * value - p.of(i) * sum;
          values(row, i) = static_cast<Real>(root_of_mass * result);
        }
      });
}

}  // namespace

template <class Real>
ScoreSums score_sums(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y) {
  return loss.kind == LossKind::mean_squared ? squares<Real>(f, y)
                                             : entropies<Real>(f, y, loss.smoothing);
}

Score total_score(const Loss& loss, const Grid& grid, ScoreSums sums, Index samples,
                  Index outputs) {
  double both[2] = {sums.loss, sums.correct};
  grid.samples.sum(both, 2);
  return {.loss = loss.mean_of(both[0], samples, outputs),
          .accuracy = outputs > 1 ? both[1] / static_cast<double>(samples)
                                  : std::numeric_limits<double>::quiet_NaN()};
}

template <class Real>
double square_distance(const Matrix<Real>& f, const Matrix<Real>& y) {
  return squares<Real>(f, y).loss;
}

template <class Real>
void loss_cotangent(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y, Index samples,
                    const Matrix<Real>& cotangent) {
  const double scale = loss.normalization(samples, static_cast<Index>(f.extent(1)));
  if (loss.kind == LossKind::cross_entropy) {
    return entropy_cotangent<Real>(f, y, loss.smoothing, scale, cotangent);
  }
  const Real factor = static_cast<Real>(scale);
  const Real *from = f.data(), *target = y.data();
  Real* to = cotangent.data();
  Kokkos::parallel_for(
      "loss_cotangent", Range1(0, static_cast<Index>(f.size())),
      KOKKOS_LAMBDA(Index i) { to[i] = factor * (from[i] - target[i]); });
}

template <class Real>
void loss_tangent(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y,
                  const Matrix<Real>& moved, Index samples, const Matrix<Real>& tangent) {
  const double scale = loss.normalization(samples, static_cast<Index>(f.extent(1)));
  if (loss.kind == LossKind::cross_entropy) {
    return entropy_tangent<Real>(f, y, moved, scale, tangent);
  }
  axpby<Real>(scale, flat(moved), 0.0, flat(tangent));
}

template <class Real>
void apply_loss_root(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y,
                     bool transposed, const Matrix<Real>& values) {
  if (loss.kind == LossKind::cross_entropy) entropy_root<Real>(f, y, transposed, values);
}

#define CATAPULT_INSTANTIATE(Real)                                                           \
  template ScoreSums score_sums(const Loss&, const Matrix<Real>&, const Matrix<Real>&);      \
  template double square_distance(const Matrix<Real>&, const Matrix<Real>&);                 \
  template void loss_cotangent(const Loss&, const Matrix<Real>&, const Matrix<Real>&, Index, \
                               const Matrix<Real>&);                                         \
  template void loss_tangent(const Loss&, const Matrix<Real>&, const Matrix<Real>&,          \
                             const Matrix<Real>&, Index, const Matrix<Real>&);               \
  template void apply_loss_root(const Loss&, const Matrix<Real>&, const Matrix<Real>&, bool, \
                                const Matrix<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
