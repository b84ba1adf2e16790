// What the theory of the warm-up model predicts in closed form, c = eta lambda_0.
// defines: max_learning_rate_c, lazy_curvature_shift, peak_time_slope, peak_height
#pragma once

#include <cmath>

namespace catapult {

/// Training converges below, diverges above, at any width.
constexpr double max_learning_rate_c = 4.0;

/// Limit of n (lambda_end - lambda_0) for n -> infinity in the lazy phase, c < 2.
inline double lazy_curvature_shift(double f_0, double lambda_0, double c) {
  return -f_0 * f_0 / lambda_0 * (4.0 - c) / (2.0 - c);
}

/// d(step of the loss peak)/d(ln n) in the catapult phase, 2 < c < 4: |f| grows by c - 1 a step
/// until f^2 is of order n.
inline double peak_time_slope(double c) { return 0.5 / std::log(c - 1.0); }

/// max f^2/n over training for n -> infinity, leading order in c - 2.
inline double peak_height(double c) { return (c - 2.0) * (c - 2.0) / 8.0; }

}  // namespace catapult
