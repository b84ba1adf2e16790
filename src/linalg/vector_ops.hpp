// Operations on flat vectors and on rows of matrices, on the device.
// defines: axpby, dot, all_finite, add_to_rows, sum_rows
#pragma once

#include "linalg/views.hpp"

namespace catapult {

/// y <- alpha x + beta y
template <class Real>
void axpby(double alpha, const Vector<const Real>& x, double beta, const Vector<Real>& y) {
  const Real a = static_cast<Real>(alpha), b = static_cast<Real>(beta);
  const Real* from = x.data();
  Real* to = y.data();
  Kokkos::parallel_for(
      "axpby", Range1(0, static_cast<Index>(y.extent(0))),
      KOKKOS_LAMBDA(Index i) { to[i] = a * from[i] + b * to[i]; });
}

/// Sum of x_i y_i in double precision, this rank's part.
template <class Real>
double dot(const Vector<const Real>& x, const Vector<const Real>& y) {
  double result = 0.0;
  Kokkos::parallel_reduce(
      "dot", Range1(0, static_cast<Index>(x.extent(0))),
      KOKKOS_LAMBDA(Index i, double& sum) { sum += double(x(i)) * double(y(i)); }, result);
  return result;
}

/// Whether no element is infinite or NaN, this rank's part.
template <class Real>
bool all_finite(const Vector<const Real>& x) {
  Index wrong = 0;
  Kokkos::parallel_reduce(
      "all_finite", Range1(0, static_cast<Index>(x.extent(0))),
      KOKKOS_LAMBDA(Index i, Index & count) { count += x(i) - x(i) == Real(0) ? 0 : 1; }, wrong);
  return wrong == 0;
}

/// matrix(r, j) <- matrix(r, j) + alpha row(j) for all r.
template <class Real>
void add_to_rows(double alpha, const Vector<const Real>& row, const MatrixRef<Real>& matrix) {
  const Index columns = static_cast<Index>(matrix.extent(1));
  const Real a = static_cast<Real>(alpha);
  Kokkos::parallel_for(
      "add_to_rows", Range1(0, static_cast<Index>(matrix.extent(0))), KOKKOS_LAMBDA(Index r) {
        for (Index j = 0; j < columns; ++j) matrix(r, j) += a * row(j);
      });
}

/// row(j) <- alpha sum_r matrix(r, j) + beta row(j)
template <class Real>
void sum_rows(double alpha, const MatrixRef<const Real>& matrix, double beta,
              const Vector<Real>& row) {
  const Index rows = static_cast<Index>(matrix.extent(0));
  Kokkos::parallel_for(
      "sum_rows", Range1(0, static_cast<Index>(matrix.extent(1))), KOKKOS_LAMBDA(Index j) {
        double sum = 0.0;
        for (Index r = 0; r < rows; ++r) sum += double(matrix(r, j));
        row(j) = static_cast<Real>(alpha * sum + (beta == 0.0 ? 0.0 : beta * double(row(j))));
      });
}

}  // namespace catapult
