// Many trajectories of the warm-up model trained at once, each by one thread of a kernel.
// defines: TrajectoryStarts, TrajectoryEnd, Ensemble
#pragma once

#include "theory/reduce.hpp"
#include "train/options.hpp"
#include "train/state.hpp"

namespace catapult {

/// One entry a trajectory.
struct TrajectoryStarts {
  std::vector<double> weights;  ///< (count, d + 1, d + 1): B with B^T B = A^T A (theory/gram.hpp)
  std::vector<double> width;    ///< n, of the neurons that they stand for
  std::vector<double> rate;     ///< eta, or c = eta lambda_0

  Index count() const { return static_cast<Index>(width.size()); }
};

/// What has become of one. All numbers are doubles, so that ranks send it as such.
struct TrajectoryEnd {
  double outcome = 0.0;        ///< Outcome; failed: c was given and lambda_0 is not above 0
  double learning_rate = 0.0;  ///< at the start
  double lambda_0 = 0.0;       ///< NaN where not measured, likewise lambda_end
  double lambda_end = 0.0;
  double steps = 0.0;
  double time = 0.0;
  double loss_0 = 0.0;
  double loss_max = 0.0;  ///< largest finite loss
  double step_loss_max = 0.0;
  double loss_end = 0.0;
};

/// Trains like train() (train/loop.hpp) on full batches: the same updates, stop rules and
/// divergence, which begins at diverge_above times n, with rows nobody keeps. lambda is exact up to
/// rounding.
class Ensemble {
 public:
  /// Rates are c where train.learning_rate_c is above 0. `measures_lambda`: at both ends; else at
  /// the first where a rate needs it.
  Ensemble(const SolvableData& data, const TrainOptions& train, bool measures_lambda);

  /// Waits for the last one to end.
  std::vector<TrajectoryEnd> train(const TrajectoryStarts& starts) const;

  /// Floating-point operations of a step of one trajectory on `rows` samples of d inputs.
  static double step_flops(double inputs, double rows);
  /// Bytes that a trajectory takes while it is trained.
  static double bytes(double inputs, double rows);

 private:
  ReducedData data_;
  double zero_square_ = 0.0;  ///< sum y^2
  double samples_ = 0.0;
  TrainOptions options_;
  bool measures_lambda_;
};

}  // namespace catapult
