// The learning rate at which one step of gradient descent no longer lowers the loss.
// defines: CriticalRate, critical_learning_rate
#pragma once

#include <functional>

#include "base/integer.hpp"

namespace catapult {

struct CriticalRate {
  double learning_rate = 0.0;  ///< the smallest eta > 0 known with L(theta - eta g) = L(theta)
  Index forwards = 0;          ///< evaluations of the loss that it took
  bool converged = false;
};

/// By forward passes alone, at most 9 (Kalra and Barkeshli 2024, App. B.2; arXiv 2601.16979): eta
/// grows until the loss has risen; then the interval is cut where a line or parabola through what
/// is known of (L(theta - eta g) - L(theta))/eta, which is -|g|^2 at 0, has its root. On a
/// quadratic loss that line is exact, and its root 2 |g|^2/(g.H g).
///   rise(eta): L(theta - eta g) - L(theta), may be infinite or NaN; square: |g|^2 > 0; start > 0:
///   a guess; tolerance: of (L(theta - eta g) - L(theta))/(eta |g|^2).
CriticalRate critical_learning_rate(const std::function<double(double eta)>& rise, double square,
                                    double start, double tolerance);

}  // namespace catapult
