#include "study/phase.hpp"

#include <cmath>

namespace catapult {

std::string phase_of(const TrainingResult& result, double c, double momentum, double lambda_0,
                     double lambda_end) {
  if (result.outcome == Outcome::failed || result.outcome == Outcome::stopped) return "";
  if (result.outcome == Outcome::diverged) return "divergent";
  if (!std::isfinite(c)) {
    const bool rose = result.loss_max > result.first.loss;
    return rose && result.last.loss < result.loss_max ? "catapult" : "lazy";
  }
  if (c < 2.0 * (1.0 - momentum)) return "lazy";
  const bool fallen = !std::isfinite(lambda_end) || lambda_end < lambda_0;
  return fallen ? "catapult" : "lazy";
}

}  // namespace catapult
