#include "curvature/change.hpp"

#include <cmath>

#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Sum over all ranks of the squared elements of a - b.
double distance_square(const SpreadMatrix& a, const SpreadMatrix& b) {
  const double *left = a.by_columns().data(), *right = b.by_columns().data();
  double sum = 0.0;
  Kokkos::parallel_reduce(
      "distance", Range1(0, static_cast<Index>(a.by_columns().size())),
      KOKKOS_LAMBDA(Index i, double& square) {
        const double difference = left[i] - right[i];
        square += difference * difference;
      },
      sum);
  return a.ranks().sum(sum);
}

double norm_square(const SpreadMatrix& a) {
  const Vector<const double> elements = flat(a.by_columns());
  return a.ranks().sum(dot<double>(elements, elements));
}

}  // namespace

template <class Real>
MatrixOperator kernel_at(const Network<Real>& network, const Vector<const Real>& theta,
                         const Matrix<Real>& x, Index samples) {
  Tape<Real> tape = network.make_tape(samples);
  network.forward(theta, x, tape);
  return assemble_kernel<Real>(network, theta, tape);
}

double kernel_change(const MatrixOperator& from, const MatrixOperator& to) {
  return std::sqrt(distance_square(to.matrix(), from.matrix()) / norm_square(from.matrix()));
}

template MatrixOperator kernel_at(const Network<float>&, const Vector<const float>&,
                                  const Matrix<float>&, Index);
template MatrixOperator kernel_at(const Network<double>&, const Vector<const double>&,
                                  const Matrix<double>&, Index);

}  // namespace catapult
