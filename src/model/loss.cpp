#include "model/loss.hpp"

#include <limits>

#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
ScoreSums score_sums(const Matrix<Real>& f, const Matrix<Real>& y) {
  const auto rows = static_cast<Index>(f.extent(0)), outputs = static_cast<Index>(f.extent(1));
  ScoreSums sums;
  Kokkos::parallel_reduce(
      "score", Range1(0, rows),
      KOKKOS_LAMBDA(Index r, double& square, double& correct) {
        Index guess = 0, truth = 0;
        for (Index i = 0; i < outputs; ++i) {
          const double residual = double(f(r, i)) - double(y(r, i));
          square += residual * residual;
          if (f(r, i) > f(r, guess)) guess = i;
          if (y(r, i) > y(r, truth)) truth = i;
        }
        correct += guess == truth ? 1.0 : 0.0;
      },
      sums.square, sums.correct);
  return sums;
}

Score total_score(const Grid& grid, ScoreSums sums, Index samples, Index outputs) {
  double both[2] = {sums.square, sums.correct};
  grid.samples.sum(both, 2);
  const auto n = static_cast<double>(samples), k = static_cast<double>(outputs);
  return {.loss = both[0] / (2.0 * k * n),
          .accuracy = outputs > 1 ? both[1] / n : std::numeric_limits<double>::quiet_NaN()};
}

template <class Real>
void loss_cotangent(const Matrix<Real>& f, const Matrix<Real>& y, Index samples,
                    const Matrix<Real>& cotangent) {
  const Real scale = static_cast<Real>(1.0 / (double(samples) * double(f.extent(1))));
  const Real *from = f.data(), *target = y.data();
  Real* to = cotangent.data();
  Kokkos::parallel_for(
      "loss_cotangent", Range1(0, static_cast<Index>(f.size())),
      KOKKOS_LAMBDA(Index i) { to[i] = scale * (from[i] - target[i]); });
}

template <class Real>
void loss_tangent(const Matrix<Real>& moved, Index samples, const Matrix<Real>& tangent) {
  axpby<Real>(1.0 / (double(samples) * double(moved.extent(1))), flat(moved), 0.0, flat(tangent));
}

template ScoreSums score_sums(const Matrix<float>&, const Matrix<float>&);
template ScoreSums score_sums(const Matrix<double>&, const Matrix<double>&);
template void loss_cotangent(const Matrix<float>&, const Matrix<float>&, Index,
                             const Matrix<float>&);
template void loss_cotangent(const Matrix<double>&, const Matrix<double>&, Index,
                             const Matrix<double>&);
template void loss_tangent(const Matrix<float>&, Index, const Matrix<float>&);
template void loss_tangent(const Matrix<double>&, Index, const Matrix<double>&);

}  // namespace catapult
