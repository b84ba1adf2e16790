// Loss and its derivatives by the outputs, each against differences of the one before.
#include "model/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/views.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

constexpr Index rows = 6, columns = 4;

/// Probabilities, and one row that is no whole sample.
Matrix<double> targets() {
  const Matrix<double> y = filled<double>(rows, columns, [](Index a, Index i) {
    const double weight = 1.0 + static_cast<double>((3 * a + 2 * i) % 5);
    return a == 0 ? 0.15 : weight / 20.0;
  });
  return y;
}

Matrix<double> logits() { return random_matrix<double>(rows, columns, 3); }

double loss_at(const Loss& loss, const Matrix<double>& f) {
  return loss.mean_of(score_sums(loss, f, targets()).loss, rows, columns);
}

Matrix<double> moved(const Matrix<double>& f, double by, const Matrix<double>& direction) {
  const Matrix<double> result("moved", rows, columns);
  Kokkos::deep_copy(result, f);
  axpby<double>(by, flat(direction), 1.0, flat(result));
  return result;
}

class LossOf : public ::testing::TestWithParam<Loss> {};

TEST_P(LossOf, CotangentIsItsDerivative) {
  const Matrix<double> f = logits(), d = random_matrix<double>(rows, columns, 4);
  const Matrix<double> cotangent("cotangent", rows, columns);
  loss_cotangent(GetParam(), f, targets(), rows, cotangent);
  const double h = 1e-5;
  const double difference =
      loss_at(GetParam(), moved(f, h, d)) - loss_at(GetParam(), moved(f, -h, d));
  EXPECT_NEAR(dot<double>(flat(cotangent), flat(d)), difference / (2 * h), 1e-9);
}

TEST_P(LossOf, TangentIsTheDerivativeOfTheCotangent) {
  const Matrix<double> f = logits(), d = random_matrix<double>(rows, columns, 4);
  const Matrix<double> tangent("tangent", rows, columns), plus("plus", rows, columns),
      minus("minus", rows, columns);
  loss_tangent(GetParam(), f, targets(), d, rows, tangent);
  const double h = 1e-5;
  loss_cotangent(GetParam(), moved(f, h, d), targets(), rows, plus);
  loss_cotangent(GetParam(), moved(f, -h, d), targets(), rows, minus);
  axpby<double>(-0.5 / h, flat(minus), 0.5 / h, flat(plus));
  EXPECT_LT(largest_difference(plus, tangent), 1e-9);
}

TEST_P(LossOf, RootTimesItsTransposeIsTheSecondDerivative) {
  const Matrix<double> f = logits(), d = random_matrix<double>(rows, columns, 4);
  const Matrix<double> tangent("tangent", rows, columns);
  loss_tangent(GetParam(), f, targets(), d, rows, tangent);
  apply_loss_root(GetParam(), f, targets(), /*transposed=*/true, d);
  apply_loss_root(GetParam(), f, targets(), /*transposed=*/false, d);
  axpby<double>(0.0, flat(d), GetParam().normalization(rows, columns), flat(d));
  EXPECT_LT(largest_difference(d, tangent), 1e-14);
}

INSTANTIATE_TEST_SUITE_P(Losses, LossOf,
                         ::testing::Values(Loss{}, Loss{LossKind::cross_entropy, 0.0},
                                           Loss{LossKind::cross_entropy, 0.2}));

TEST(CrossEntropy, IsThatOfItsDefinition) {
  const Matrix<double> f = filled<double>(1, 2, [](Index, Index i) { return i == 0 ? 0.0 : 1.0; });
  const Matrix<double> y = filled<double>(1, 2, [](Index, Index i) { return i == 0 ? 1.0 : 0.0; });
  const double of_first = std::log(1.0 + std::exp(1.0)), of_second = of_first - 1.0;
  const ScoreSums plain = score_sums({LossKind::cross_entropy, 0.0}, f, y);
  EXPECT_NEAR(plain.loss, of_first, 1e-15);
  EXPECT_EQ(plain.correct, 0.0);
  const ScoreSums smooth = score_sums({LossKind::cross_entropy, 0.5}, f, y);
  EXPECT_NEAR(smooth.loss, 0.75 * of_first + 0.25 * of_second, 1e-15);
}

template <class Real>
class LargeLogits : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(LargeLogits, Precisions);

TYPED_TEST(LargeLogits, LeaveLossAndDerivativesFinite) {
  using Real = TypeParam;
  const Loss loss{LossKind::cross_entropy, 0.1};
  const auto f = filled<Real>(2, 3, [](Index a, Index i) {
    return static_cast<Real>((a == 0 ? 1e4 : -1e4) * static_cast<double>(i));
  });
  const auto y =
      filled<Real>(2, 3, [](Index, Index i) { return static_cast<Real>(i == 0 ? 1 : 0); });
  // Row 0 is as wrong as it can be, row 1 as right.
  const double wrong = 0.9333333333333333 * 2e4 + 0.0333333333333333 * 1e4;
  const double right = 0.0333333333333333 * 3e4;
  EXPECT_NEAR(score_sums(loss, f, y).loss, wrong + right, 1e-2);
  const Matrix<Real> cotangent("cotangent", 2, 3), tangent("tangent", 2, 3);
  loss_cotangent(loss, f, y, 2, cotangent);
  EXPECT_NEAR(values_of(cotangent)[2], 0.5 * (1.0 - 0.1 / 3.0), 1e-6);
  EXPECT_NEAR(values_of(cotangent)[3], 0.5 * (1.0 - 0.9 - 0.1 / 3.0), 1e-6);
  loss_tangent(loss, f, y, f, 2, tangent);
  for (const Real value : values_of(tangent)) EXPECT_EQ(value, Real(0));
}

}  // namespace
}  // namespace catapult::testing
