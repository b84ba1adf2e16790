// Dense products against their definition, among them shapes and rows that take backends' own ways.
#include "linalg/product.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "harness/views.hpp"

namespace catapult::testing {
namespace {

template <class Real>
class Products : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Products, Precisions);

template <class Real>
Matrix<Real> normals(Index rows, Index columns, std::uint32_t stream) {
  const RandomStream random(5, stream);
  return filled<Real>(rows, columns,
                      [&](Index row, Index column) { return random.normal(row, column); });
}

/// c <- alpha op(a) op(b) + beta c of (m, k) and (k, n), largest difference over the root of k.
template <class Real>
double error_of(Op op_a, Op op_b, Index m, Index n, Index k) {
  constexpr double alpha = 0.7, beta = 0.3;
  const bool turn_a = op_a == Op::transpose, turn_b = op_b == Op::transpose;
  const auto a = normals<Real>(turn_a ? k : m, turn_a ? m : k, 1);
  const auto b = normals<Real>(turn_b ? n : k, turn_b ? k : n, 2);
  const auto c = normals<Real>(m, n, 3);
  const auto left = to_host(a), right = to_host(b);
  const auto before = values_of(c);
  gemm(op_a, op_b, alpha, a, b, beta, c);
  const auto after = values_of(c);
  double error = 0.0;
  for (Index row = 0; row < m; ++row) {
    for (Index column = 0; column < n; ++column) {
      double sum = 0.0;
      for (Index i = 0; i < k; ++i) {
        sum += static_cast<double>(turn_a ? left(i, row) : left(row, i)) *
               static_cast<double>(turn_b ? right(column, i) : right(i, column));
      }
      const auto at = static_cast<std::size_t>(row * n + column);
      error = std::max(error, std::abs(alpha * sum + beta * before[at] - after[at]));
    }
  }
  return error / std::sqrt(static_cast<double>(k));
}

TYPED_TEST(Products, AreTheirDefinition) {
  struct Shape {
    Index m, n, k;
  };
  for (const Op op_a : {Op::none, Op::transpose}) {
    for (const Op op_b : {Op::none, Op::transpose}) {
      for (const Shape& shape : {Shape{7, 5, 3}, Shape{256, 256, 40}, Shape{40, 256, 256}}) {
        EXPECT_LT(error_of<TypeParam>(op_a, op_b, shape.m, shape.n, shape.k),
                  30.0 * std::numeric_limits<TypeParam>::epsilon())
            << shape.m << " x " << shape.n << " x " << shape.k;
      }
    }
  }
}

}  // namespace
}  // namespace catapult::testing
