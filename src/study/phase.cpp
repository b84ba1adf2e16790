#include "study/phase.hpp"

#include <cmath>

namespace catapult {
namespace {

constexpr double rounding = 1e-3;  // of the loss, generously: a catapult raises it by far more

std::string phase_by_losses(const TrainingResult& training) {
  const bool rose = training.loss_max > (1.0 + rounding) * training.first.loss;
  return rose && training.last.loss < training.loss_max ? "catapult" : "lazy";
}

}  // namespace

std::string phase_of(const MemberResult& result, double momentum) {
  const TrainingResult& training = result.training;
  if (training.outcome == Outcome::failed || training.outcome == Outcome::stopped) return "";
  if (training.outcome == Outcome::diverged) return "divergent";
  if (!std::isfinite(result.c)) return result.same_batch ? phase_by_losses(training) : "";
  if (result.c < 2.0 * (1.0 - momentum)) return "lazy";
  const bool fallen = !std::isfinite(result.lambda_end) || result.lambda_end < result.lambda_0;
  return fallen ? "catapult" : "lazy";
}

}  // namespace catapult
