#include "theory/scalar.hpp"

#include <cmath>

namespace catapult {

WarmUpRun run_warm_up(const WarmUpState& start, double eta, double width, Index most_steps,
                      double small) {
  constexpr double lost = 1e10;  // f^2/n, beyond any peak that training comes back from
  WarmUpRun run;
  run.last = start;
  for (;; ++run.steps) {
    const double f = run.last.f, height = f * f / width;
    if (!(height < lost)) {
      run.end = WarmUpEnd::diverged;
      return run;
    }
    if (height > run.peak) {
      run.peak = height;
      run.peak_step = run.steps;
    }
    if (std::abs(f) < small) {
      run.end = WarmUpEnd::converged;
      return run;
    }
    if (run.steps == most_steps) return run;
    run.last = warm_up_step(run.last, eta, width);
  }
}

}  // namespace catapult
