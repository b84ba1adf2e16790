// When training ends: the rules of [train], for the host and for kernels.
// defines: StopRules, stop_rules_of
#pragma once

#include "train/options.hpp"
#include "train/schedule.hpp"

namespace catapult {

/// A rule that is 0 is off.
struct StopRules {
  Index steps = 0;
  double time = 0.0;  ///< physical
  double accuracy = 0.0;
  double loss = 0.0;

  /// Whether what was asked for is reached; an accuracy that is not known (NaN) is not.
  KOKKOS_INLINE_FUNCTION bool reached(double loss_now, double accuracy_now) const {
    return (accuracy > 0.0 && accuracy_now >= accuracy) || loss_now < loss;
  }
  /// Whether steps or time are up.
  KOKKOS_INLINE_FUNCTION bool are_up(Index step, double time_now) const {
    return (steps > 0 && step >= steps) || (time > 0.0 && time_has_come(time, time_now));
  }
};

inline StopRules stop_rules_of(const TrainOptions& o) {
  return {o.stop_steps, o.stop_time, o.stop_accuracy, o.stop_loss};
}

}  // namespace catapult
