// The critical learning rate of functions whose root is known.
#include "curvature/critical_rate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace catapult::testing {
namespace {

TEST(CriticalLearningRate, OfAQuadraticIsTwiceTheInverseSharpness) {
  for (const double sharpness : {1e-4, 0.3, 50.0}) {
    for (const double start : {0.02, 0.7, 1.0, 3.0, 40.0}) {  // in units of the result
      const double square = 2.5, expected = 2.0 / sharpness;
      const auto rise = [&](double eta) { return square * (0.5 * sharpness * eta * eta - eta); };
      const CriticalRate found = critical_learning_rate(rise, square, start * expected, 1e-6);
      EXPECT_TRUE(found.converged);
      EXPECT_NEAR(found.learning_rate / expected, 1.0, 1e-6);
      EXPECT_LT(found.forwards, 10);
    }
  }
}

TEST(CriticalLearningRate, IsFoundWhereTheLossIsNoParabola) {
  // (L(eta) - L(0))/eta = -1 + eta^3, and a loss that overflows not far beyond the root.
  for (const double start : {0.1, 0.9, 8.0}) {
    const auto rise = [](double eta) {
      return eta > 3.0 ? HUGE_VAL : -eta + eta * eta * eta * eta;
    };
    const CriticalRate found = critical_learning_rate(rise, 1.0, start, 1e-3);
    EXPECT_TRUE(found.converged) << start;
    EXPECT_NEAR(found.learning_rate, 1.0, 1e-3) << start;
    EXPECT_LT(found.forwards, 10) << start;
  }
}

TEST(CriticalLearningRate, IsNotConvergedWhereTheLossNeverRises) {
  const CriticalRate found =
      critical_learning_rate([](double eta) { return -eta; }, 1.0, 1.0, 1e-3);
  EXPECT_FALSE(found.converged);
  EXPECT_EQ(found.forwards, 9);
}

}  // namespace
}  // namespace catapult::testing
