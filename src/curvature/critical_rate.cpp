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

/// Beyond the last trial, whose secant still falls.
double further(const Trial& first, const Trial& last) {
  const double root = root_between(first, last);
  const double most = largest_growth * last.eta;
  return root > last.eta ? std::min(root, most) : 2.0 * last.eta;
}

}  // namespace

CriticalRate critical_learning_rate(const std::function<double(double eta)>& rise, double square,
                                    double start, double tolerance) {
  const Trial first{0.0, -square};
  Trial low = first, high{HUGE_VAL, HUGE_VAL};
  CriticalRate result{start, 0, false};
  int side = 0;  // of the last trial
  while (result.forwards < most_forwards) {
    const double eta = result.learning_rate, slope = rise(eta) / eta;
    ++result.forwards;
    result.converged = std::abs(slope) <= tolerance * square;
    if (result.converged) return result;
    if (slope < 0.0) {  // NaN counts as risen
      low = {eta, slope};
      if (side < 0) high.slope *= 0.5;  // the Illinois rule: neither end stays for ever
      side = -1;
    } else {
      high = {eta, slope};
      if (side > 0) low.slope *= 0.5;
      side = 1;
    }
    if (!std::isfinite(high.eta)) {
      result.learning_rate = further(first, low);
    } else if (std::isfinite(high.slope)) {
      result.learning_rate = root_between(low, high);
    } else {  // what is not finite has no secant
      result.learning_rate = 0.5 * (low.eta + high.eta);
    }
  }
  return result;
}

}  // namespace catapult
