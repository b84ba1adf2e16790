#include "plan/steps.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

constexpr double assumed_steps = 1000.0;  // of a run that stops by time at an unknown eta

/// Number of the last step by physical time stop_time, each decay from its step or time on.
double last_by_time(const TrainOptions& train, const StartingPoint& start) {
  double steps = static_cast<double>(start.step), time = start.time;
  double eta = learning_rate_of(train, start);
  for (const DecayStep& decay : train.decay) {
    const double until = decay.step >= 0 ? static_cast<double>(decay.step) - steps
                                         : std::ceil((decay.time - time) / eta);
    const double more = std::max(0.0, until);
    if (time + more * eta >= train.stop_time) break;
    steps += more;
    time += more * eta;
    eta = decay.learning_rate;
  }
  return steps + (train.stop_time - time) / eta;
}

/// Of lambda, over the four that products were counted for.
double digits_of(const MeasureOptions& measure) { return std::log10(measure.tolerance) / -4.0; }

}  // namespace

bool needs_lambda(const TrainOptions& train) {
  return train.stop_time > 0.0 && train.learning_rate_c > 0.0 && !train.follow_lambda;
}

double learning_rate_of(const TrainOptions& train, const StartingPoint& start) {
  if (train.learning_rate > 0.0) return train.learning_rate;
  const bool known = needs_lambda(train) && start.lambda.value > 0.0;
  return known ? train.learning_rate_c / start.lambda.value : 0.0;
}

double steps_of(const TrainOptions& train, const StartingPoint& start) {
  const double by_steps = train.stop_steps > 0 ? static_cast<double>(train.stop_steps) : HUGE_VAL;
  const bool known = train.stop_time > 0.0 && learning_rate_of(train, start) > 0.0;
  const double last = std::min(by_steps, known ? last_by_time(train, start) : HUGE_VAL);
  if (!std::isfinite(last)) return assumed_steps;
  return std::max(0.0, last - static_cast<double>(start.step));
}

double products_from_cold(const MeasureOptions& measure, bool guessed) {
  return (guessed ? 10.0 : 20.0) * digits_of(measure);
}

double products_that_follow(const Deck& deck, double measurements) {
  constexpr double settled = 1.3, most = 10.0;
  constexpr double catapult = 75.0, lazy = 25.0;
  constexpr double largest_lazy_c = 2.0;
  const double c = deck.train.learning_rate_c;
  const bool keeps_up = c > 0.0 && c <= largest_lazy_c && deck.measure.kernel_every == 1;
  const double moving = (keeps_up ? lazy : catapult) / std::max(1.0, measurements);
  return std::max(1.0, std::min(most, settled + moving) * digits_of(deck.measure));
}

Index trainings_of(const BoundaryOptions& boundary) {
  if (boundary.find.empty()) return 1;
  const double range = boundary.between[1] - boundary.between[0];
  const double halvings = std::ceil(std::max(0.0, std::log2(range / boundary.resolution)));
  return 2 + static_cast<Index>(halvings) * static_cast<Index>(boundary.find.size());
}

}  // namespace catapult
