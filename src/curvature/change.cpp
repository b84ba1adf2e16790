#include "curvature/change.hpp"

namespace catapult {
namespace {

double frobenius_norm(Mat matrix) {
  PetscReal norm = 0.0;
  petsc_check(MatNorm(matrix, NORM_FROBENIUS, &norm), "MatNorm");
  return norm;
}

}  // namespace

template <class Real>
MatrixOperator kernel_at(const Network<Real>& network, const Vector<const Real>& theta,
                         const Matrix<Real>& x) {
  Tape<Real> tape = network.make_tape(static_cast<Index>(x.extent(0)));
  network.forward(theta, x, tape);
  return assemble_kernel<Real>(network, theta, tape);
}

double kernel_change(const MatrixOperator& from, const MatrixOperator& to) {
  OwnedMat difference;
  petsc_check(MatDuplicate(to.matrix(), MAT_COPY_VALUES, difference.put()), "MatDuplicate");
  petsc_check(MatAXPY(difference.get(), -1.0, from.matrix(), SAME_NONZERO_PATTERN), "MatAXPY");
  return frobenius_norm(difference.get()) / frobenius_norm(from.matrix());
}

template MatrixOperator kernel_at(const Network<float>&, const Vector<const float>&,
                                  const Matrix<float>&);
template MatrixOperator kernel_at(const Network<double>&, const Vector<const double>&,
                                  const Matrix<double>&);

}  // namespace catapult
