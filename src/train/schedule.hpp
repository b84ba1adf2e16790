// The learning rate of every step.
// defines: Schedule
#pragma once

#include <vector>

#include "train/options.hpp"

namespace catapult {

/// A learning rate, replaced for good by that of each decay once its step or physical time has
/// come.
class Schedule {
 public:
  Schedule(double learning_rate, std::vector<DecayStep> decay)
      : learning_rate_(learning_rate), decay_(std::move(decay)) {}

  /// eta of step `step`, at physical time `time` before it.
  double at(Index step, double time) const {
    double eta = learning_rate_;
    for (const DecayStep& decay : decay_) {
      const bool by_step = decay.step >= 0 && step >= decay.step;
      const bool by_time = decay.time >= 0.0 && has_come(decay.time, time);
      if (by_step || by_time) eta = decay.learning_rate;
    }
    return eta;
  }

  /// Whether physical time `time`, a sum of many learning rates, has reached `target`.
  static bool has_come(double target, double time) { return time >= target * (1.0 - 1e-12); }

 private:
  double learning_rate_;
  std::vector<DecayStep> decay_;
};

}  // namespace catapult
