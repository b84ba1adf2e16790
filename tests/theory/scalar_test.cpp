// The warm-up model on one sample: its exact maps and the numbers that follow from them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "theory/predictions.hpp"
#include "theory/scalar.hpp"

namespace catapult {
namespace {

WarmUpRun run(double c, double n, double small = 1e-10) {
  return run_warm_up({1.0, 1.0}, c, n, 200000, small);
}

TEST(WarmUp, IsGradientDescentOnItsParameters) {
  for (const int n : {10, 50}) {
    for (const double eta : {0.5, 1.5, 2.5, 3.5}) {
      std::vector<double> u(static_cast<std::size_t>(n)), v(u.size());
      for (std::size_t i = 0; i < u.size(); ++i) {
        u[i] = std::sin(1.0 + static_cast<double>(i));
        v[i] = std::cos(2.0 + 3.0 * static_cast<double>(i));
      }
      const auto state = [&] {
        WarmUpState now{0.0, 0.0};
        for (std::size_t i = 0; i < u.size(); ++i) {
          now.f += u[i] * v[i] / std::sqrt(n);
          now.lambda += (u[i] * u[i] + v[i] * v[i]) / n;
        }
        return now;
      };
      for (int step = 0; step < 20; ++step) {
        const WarmUpState expected = warm_up_step(state(), eta, n);
        const double pull = eta * state().f / std::sqrt(n);
        for (std::size_t i = 0; i < u.size(); ++i) {
          const double old = u[i];
          u[i] -= pull * v[i];
          v[i] -= pull * old;
        }
        const WarmUpState now = state();
        EXPECT_NEAR(now.f, expected.f, 1e-12 * std::max(1.0, std::abs(expected.f)));
        EXPECT_NEAR(now.lambda, expected.lambda, 1e-12 * expected.lambda);
      }
    }
  }
}

TEST(WarmUp, LosesCurvatureLikeOneOverWidthInTheLazyPhase) {  // T4
  const auto shift = [](double c) { return 1e4 * (run(c, 1e4).last.lambda - 1.0); };
  EXPECT_NEAR(shift(0.5), -2.3335, 1e-3);
  EXPECT_NEAR(shift(1.0), -3.0000, 1e-3);
  EXPECT_NEAR(shift(1.5), -4.9981, 1e-3);
  EXPECT_NEAR(shift(1.9), -20.64, 1e-2);
  for (const double c : {0.5, 1.0, 1.5}) {
    EXPECT_NEAR(shift(c) / lazy_curvature_shift(1.0, 1.0, c), 1.0, 1e-3) << c;
  }
}

TEST(WarmUp, PeaksLaterByTheLogarithmOfItsWidth) {  // T5
  for (const auto& [c, measured] :
       {std::pair(2.2, 2.79), std::pair(2.5, 1.24), std::pair(3.0, 0.745), std::pair(3.5, 0.558)}) {
    double n_sum = 0, t_sum = 0, nn_sum = 0, nt_sum = 0, count = 0;
    for (double decade = 3.0; decade <= 10.0; decade += 0.25, ++count) {
      const double log_n = decade * std::log(10.0);
      const auto peak = static_cast<double>(run(c, std::exp(log_n)).peak_step);
      n_sum += log_n, t_sum += peak, nn_sum += log_n * log_n, nt_sum += log_n * peak;
    }
    const double slope = (count * nt_sum - n_sum * t_sum) / (count * nn_sum - n_sum * n_sum);
    EXPECT_NEAR(slope / measured, 1.0, 0.04) << c;
    EXPECT_NEAR(slope / peak_time_slope(c), 1.0, 0.04) << c;
  }
}

TEST(WarmUp, PeaksAtAHeightSetByC) {  // T6
  for (const double c : {2.05, 2.1}) {
    const double height = run(c, 1e8).peak / ((c - 2.0) * (c - 2.0));
    EXPECT_GT(height, 0.1205) << c;
    EXPECT_LT(height, 0.1235) << c;
    EXPECT_NEAR(run(c, 1e8).peak / peak_height(c), 1.0, 0.04) << c;
  }
  EXPECT_NEAR(run(2.2, 1e8).peak / 0.04, 0.118, 1e-3);
  // Time is discrete: the height is periodic in log n, the measured 0.107 one of its values.
  double lowest = 1.0, highest = 0.0;
  for (double n = 1e7; n < 1e8; n *= 1.01) {
    const double height = run(2.5, n).peak / 0.25;
    lowest = std::min(lowest, height), highest = std::max(highest, height);
  }
  EXPECT_LT(lowest, 0.107);
  EXPECT_GT(highest, 0.107);
  EXPECT_NEAR(lowest, 0.102, 1e-3);
  EXPECT_NEAR(highest, 0.109, 1e-3);
}

TEST(WarmUp, EndsAtAStableCurvature) {  // T7
  EXPECT_NEAR(2.05 * run(2.05, 1e8).last.lambda, 1.948, 2e-3);
  EXPECT_NEAR(2.1 * run(2.1, 1e8).last.lambda, 1.893, 2e-3);
  EXPECT_NEAR(2.2 * run(2.2, 1e8).last.lambda, 1.770, 2e-3);
  EXPECT_NEAR(2.5 * run(2.5, 1e8).last.lambda, 1.282, 2e-3);
  for (const double c : {3.0, 3.5}) {
    for (double n = 1e6; n < 1e10; n *= 3.0) {
      EXPECT_GE(c * run(c, n).last.lambda, 0.0);
      EXPECT_LT(c * run(c, n).last.lambda, 2.0);
    }
  }
}

TEST(WarmUp, ConvergesBelowFourAndDivergesAboveAtAnyWidth) {  // T8
  for (double n = 1e2; n <= 1e6; n *= 10.0) {
    for (int hundredths = 210; hundredths <= 450; ++hundredths) {
      if (hundredths == 400) continue;
      const double c = hundredths / 100.0;
      const bool converges = run(c, n, 1e-6).end == WarmUpEnd::converged;
      EXPECT_EQ(converges, c < max_learning_rate_c) << c << " at width " << n;
    }
  }
}

TEST(WarmUp, KeepsItsBoundsAtAllTimes) {  // T10
  for (double n = 1e2; n <= 1e6; n *= 100.0) {
    for (double c = 0.1; c < 4.0; c += 0.1) {
      WarmUpState now{1.0, 1.0};
      for (int step = 0; step < 500; ++step) {
        EXPECT_LE(now.f * now.f / n, now.lambda * now.lambda / 4.0 * (1.0 + 1e-12));
        const WarmUpState next = warm_up_step(now, c, n);
        EXPECT_LE(next.lambda, now.lambda * (1.0 + 1e-15)) << c;
        now = next;
      }
    }
  }
}

}  // namespace
}  // namespace catapult
