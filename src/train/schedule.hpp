// The learning rate of every step.
// defines: time_has_come, learning_rate_at, Schedule
#pragma once

#include <Kokkos_Macros.hpp>
#include <vector>

#include "train/options.hpp"

namespace catapult {

/// Whether physical time `time`, a sum of many learning rates, has reached `target`.
KOKKOS_INLINE_FUNCTION bool time_has_come(double target, double time) {
  return time >= target * (1.0 - 1e-12);
}

/// eta of step `step`, at physical time `time` before it: `first`, replaced by that of each of
/// `count` decays that have come.
KOKKOS_INLINE_FUNCTION double learning_rate_at(Index step, double time, double first,
                                               const DecayStep* decays, Index count) {
  double eta = first;
  for (Index i = 0; i < count; ++i) {
    const DecayStep& decay = decays[i];
    const bool by_step = decay.step >= 0 && step >= decay.step;
    const bool by_time = decay.time >= 0.0 && time_has_come(decay.time, time);
    if (by_step || by_time) eta = decay.learning_rate;
  }
  return eta;
}

/// A learning rate, replaced for good by that of each decay once its step or physical time has
/// come.
class Schedule {
 public:
  Schedule(double learning_rate, std::vector<DecayStep> decay)
      : learning_rate_(learning_rate), decay_(std::move(decay)) {}

  /// eta of step `step`, at physical time `time` before it.
  double at(Index step, double time) const {
    return learning_rate_at(step, time, learning_rate_, decay_.data(),
                            static_cast<Index>(decay_.size()));
  }

 private:
  double learning_rate_;
  std::vector<DecayStep> decay_;
};

}  // namespace catapult
