#include "curvature/critical_rate.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

constexpr Index most_forwards = 9;
constexpr double largest_growth = 4.0;  // of eta from one trial to the next

/// A trial eta, and the secant of the loss from 0 to there.
struct Trial {
  double eta, slope;
};

/// Where the line through both secants is zero.
double root_between(const Trial& a, const Trial& b) {
  return a.eta + a.slope / (a.slope - b.slope) * (b.eta - a.eta);
}

/// Where the parabola through the secant at 0 and two others, below and above zero, crosses zero
/// first.
double root_of_parabola(double square, const Trial& low, const Trial& high) {
  const double of_low = (low.slope + square) / low.eta, of_high = (high.slope + square) / high.eta;
  const double b = (of_high - of_low) / (high.eta - low.eta), a = of_low - b * low.eta;
  return 2.0 * square / (a + std::sqrt(a * a + 4.0 * b * square));
}

/// Beyond the last trial, whose secant still falls.
double further(const Trial& first, const Trial& last) {
  const double root = root_between(first, last);
  const double most = largest_growth * last.eta;
  return root > last.eta ? std::min(root, most) : 2.0 * last.eta;
}

/// Between two trials; what is not finite has no secant.
double between(const Trial& first, const Trial& low, const Trial& high) {
  const double middle = 0.5 * (low.eta + high.eta);
  if (!std::isfinite(high.slope)) return middle;
  const double root =
      low.eta == 0.0 ? root_between(low, high) : root_of_parabola(-first.slope, low, high);
  return root > low.eta && root < high.eta ? root : middle;
}

}  // namespace

CriticalRate critical_learning_rate(const std::function<double(double eta)>& rise, double square,
                                    double start, double tolerance) {
  const Trial first{0.0, -square};
  Trial low = first, high{HUGE_VAL, HUGE_VAL};
  CriticalRate result{start, 0, false};
  while (result.forwards < most_forwards) {
    const double eta = result.learning_rate, slope = rise(eta) / eta;
    ++result.forwards;
    result.converged = std::abs(slope) <= tolerance * square;
    if (result.converged) return result;
    (slope < 0.0 ? low : high) = {eta, slope};  // NaN has risen
    result.learning_rate =
        std::isfinite(high.eta) ? between(first, low, high) : further(first, low);
  }
  return result;
}

}  // namespace catapult
