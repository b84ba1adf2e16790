// The warm-up model on one sample: f = n^(-1/2) v^T u x with x = 1, y = 0, in its two exact
// numbers. defines: WarmUpState, warm_up_step, WarmUpEnd, WarmUpRun, run_warm_up
#pragma once

#include "base/integer.hpp"

namespace catapult {

/// f and lambda = (|u|^2 + |v|^2)/n; the loss is f^2/2.
struct WarmUpState {
  double f = 1.0;
  double lambda = 1.0;
};

/// One step of gradient descent at width n, exact at any width (Lewkowycz et al. 2020, eqs 6, 7):
/// f' = f (1 - eta lambda + eta^2 f^2/n), lambda' = lambda + (eta f^2/n)(eta lambda - 4).
inline WarmUpState warm_up_step(const WarmUpState& now, double eta, double width) {
  const double excess = now.f * now.f / width;
  return {now.f * (1.0 - eta * now.lambda + eta * eta * excess),
          now.lambda + eta * excess * (eta * now.lambda - 4.0)};
}

enum class WarmUpEnd { converged, diverged, unfinished };

struct WarmUpRun {
  WarmUpEnd end = WarmUpEnd::unfinished;
  WarmUpState last;
  Index steps = 0;
  Index peak_step = 0;  ///< of the largest |f|
  double peak = 0.0;    ///< largest f^2/n
};

/// Steps until |f| < small after its peak, f^2/n > 1e10 or not finite, or most_steps.
WarmUpRun run_warm_up(const WarmUpState& start, double eta, double width, Index most_steps,
                      double small = 1e-10);

}  // namespace catapult
