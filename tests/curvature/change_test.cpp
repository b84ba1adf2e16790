// How far a kernel has moved, from assembled matrices spread over the ranks.
#include "curvature/change.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "harness/views.hpp"
#include "layers/build.hpp"
#include "linalg/vector_ops.hpp"
#include "model/initialize.hpp"

namespace catapult {
namespace {

struct Member {
  Member()
      : grid(make_grid(Communicator(MPI_COMM_WORLD), Communicator(MPI_COMM_WORLD).size())),
        network(build_network<double>(model(), {7, 2}, grid)),
        theta("theta", network.parameters()),
        x(testing::filled<double>(
            5, 7, [](Index i, Index j) { return RandomStream(29, 0).normal(i, j); })) {
    initialize(network, 3, theta);
  }
  static ModelOptions model() {
    ModelOptions options;
    options.widths = {12, 9};
    return options;
  }
  MatrixOperator kernel() const { return kernel_at<double>(network, theta, x, 5); }
  void scale(std::size_t tensor, double factor) const {
    const Tensor& t = network.tensors()[tensor];
    const auto values = part_of(theta, {t.offset, t.offset + t.size()});
    axpby<double>(factor, values, 0.0, values);
  }

  Grid grid;
  Network<double> network;
  Vector<double> theta;
  Matrix<double> x;
};

/// Sum of squares of all elements of a - b.
double square_of_difference(const MatrixOperator& a, const MatrixOperator& b) {
  PetscInt begin = 0, end = 0, rows = 0, columns = 0;
  MatGetOwnershipRange(a.matrix().petsc(), &begin, &end);
  MatGetSize(a.matrix().petsc(), &rows, &columns);
  double sum = 0.0;
  for (PetscInt row = begin; row < end; ++row) {
    for (PetscInt column = 0; column < columns; ++column) {
      PetscScalar left = 0.0, right = 0.0;
      MatGetValue(a.matrix().petsc(), row, column, &left);
      MatGetValue(b.matrix().petsc(), row, column, &right);
      sum += (left - right) * (left - right);
    }
  }
  return a.ranks().sum(sum);
}

TEST(KernelChange, IsNoneOfAKernelFromItself) {
  const MatrixOperator kernel = Member().kernel();
  EXPECT_EQ(kernel_change(kernel, kernel), 0.0);
}

TEST(KernelChange, OfAHomogeneousNetworkScaledInAllItsWeightsIsKnown) {
  // Three layers of weights: f ~ s^3, J ~ s^2, Theta ~ s^4.
  const Member member;
  const MatrixOperator from = member.kernel();
  for (std::size_t tensor = 0; tensor < 3; ++tensor) member.scale(tensor, 1.1);
  EXPECT_NEAR(kernel_change(from, member.kernel()), std::pow(1.1, 4) - 1.0, 1e-12);
}

TEST(KernelChange, IsTheFrobeniusNormOverAllElements) {
  const Member member;
  const MatrixOperator from = member.kernel();
  member.scale(0, 1.3);
  const MatrixOperator to = member.kernel();
  member.scale(0, 0.0);
  member.scale(1, 0.0);
  member.scale(2, 0.0);
  const MatrixOperator zero = member.kernel();
  EXPECT_NEAR(kernel_change(from, to),
              std::sqrt(square_of_difference(to, from) / square_of_difference(from, zero)), 1e-12);
}

}  // namespace
}  // namespace catapult
