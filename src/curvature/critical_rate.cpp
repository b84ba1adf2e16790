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

/// Where the parabola through the secant at 0 and two others crosses zero first.
double root_of_parabola(double square, const Trial& one, const Trial& other) {
  const double of_one = (one.slope + square) / one.eta;
  const double of_other = (other.slope + square) / other.eta;
  const double b = (of_other - of_one) / (other.eta - one.eta), a = of_one - b * one.eta;
  return 2.0 * square / (a + std::sqrt(a * a + 4.0 * b * square));
}

/// Beyond the last trial, whose secant still falls.
double further(const Trial& first, const Trial& last) {
  const double root = root_between(first, last);
  const double most = largest_growth * last.eta;
  return root > last.eta ? std::min(root, most) : 2.0 * last.eta;
}

/// Between the ends of a bracket, by the last two trials; what is not finite has no secant.
double between(double square, const Trial& low, const Trial& high, const Trial& before,
               const Trial& last) {
  const double root =
      low.eta == 0.0 ? root_between(low, high) : root_of_parabola(square, before, last);
  return root > low.eta && root < high.eta ? root : 0.5 * (low.eta + high.eta);
}

}  // namespace

CriticalRate critical_learning_rate(const std::function<double(double eta)>& rise, double square,
                                    double start, double tolerance) {
  const Trial first{0.0, -square};
  Trial low = first, high{HUGE_VAL, HUGE_VAL}, before = first;
  CriticalRate result{start, 0, false};
  while (result.forwards < most_forwards) {
    const double eta = result.learning_rate, slope = rise(eta) / eta;
    ++result.forwards;
    result.converged = std::abs(slope) <= tolerance * square;
    if (result.converged) return result;
    const Trial last{eta, slope};
    (slope < 0.0 ? low : high) = last;  // NaN has risen
    result.learning_rate =
        std::isfinite(high.eta) ? between(square, low, high, before, last) : further(first, low);
    before = last;
  }
  return result;
}

}  // namespace catapult
