// The state of a training run, its rows and how it can end.
// defines: Row, Outcome, name_of, TrainingResult, TrainingState
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "linalg/views.hpp"

namespace catapult {

/// Measured before step `step`.
struct Row {
  Index step = 0;
  double time = 0.0;
  double learning_rate = 0.0;  ///< of the step that follows
  double loss = std::numeric_limits<double>::quiet_NaN();
  double accuracy = std::numeric_limits<double>::quiet_NaN();
};

enum class Outcome {
  converged,  ///< the loss or accuracy asked for was reached
  running,    ///< still going when steps or time were up
  diverged,   ///< loss not finite, or beyond the limit: a result
  stopped,    ///< told to stop from outside
  failed,     ///< a numerical failure, told in the log
};

inline std::string name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::converged:
      return "converged";
    case Outcome::running:
      return "running";
    case Outcome::diverged:
      return "diverged";
    case Outcome::stopped:
      return "stopped";
    case Outcome::failed:
      return "failed";
  }
  return "";
}

/// What a run has come to.
struct TrainingResult {
  Outcome outcome = Outcome::running;
  Row first, last;        ///< before the first step and after the last
  double loss_max = 0.0;  ///< largest finite loss
  Index step_loss_max = 0;
};

/// All that continues a run besides its options: flat local buffers of the network's layout.
template <class Real>
struct TrainingState {
  Vector<Real> theta;
  Vector<Real> velocity;  ///< v of momentum, m of Adam; empty without them
  Vector<Real> squares;   ///< s of Adam, else empty
  Index updates = 0;      ///< steps that velocity and squares have seen
  Vector<Real> gradient;  ///< room for it where the optimizer needs it whole
  Index step = 0;
  double time = 0.0;  ///< physical time: sum of the learning rates of the steps done
  std::optional<TrainingResult> so_far;  ///< nothing before the first row
};

}  // namespace catapult
