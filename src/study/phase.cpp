#include "study/phase.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "study/member.hpp"

namespace catapult {
namespace {

std::string phase_by_losses(const TrainingResult& training) {
  const bool rose = rises(training.loss_max, training.first.loss);
  return rose && training.last.loss < training.loss_max ? "catapult" : "lazy";
}

constexpr std::array<const char*, 3> phases = {"lazy", "catapult", "divergent"};

}  // namespace

bool rises(double loss_max, double loss_0) { return loss_max > 1.001 * loss_0; }

std::string phase_of(const MemberResult& result, double momentum) {
  const TrainingResult& training = result.training;
  if (training.outcome == Outcome::failed || training.outcome == Outcome::stopped) return "";
  if (training.outcome == Outcome::diverged) return "divergent";
  if (!std::isfinite(result.c)) return result.same_batch ? phase_by_losses(training) : "";
  if (result.c < 2.0 * (1.0 - momentum)) return "lazy";
  const bool fallen = !std::isfinite(result.lambda_end) || result.lambda_end < result.lambda_0;
  return fallen ? "catapult" : "lazy";
}

std::string ending(const std::string& phase, const std::string& outcome) {
  if (!phase.empty()) return phase;
  return outcome == name_of(Outcome::running) ? "done" : outcome;
}

bool EndingOrder::operator()(const std::string& one, const std::string& other) const {
  const auto place = [](const std::string& name) {
    return std::find(phases.begin(), phases.end(), name);
  };
  const auto here = place(one), there = place(other);
  return here != there ? here < there : one < other;
}

EndingCounts endings_of(const Table& summary) {
  const auto &phase = summary.column<std::string>("phase"),
             &outcome = summary.column<std::string>("outcome");
  EndingCounts counts;
  for (std::size_t i = 0; i < phase.size(); ++i) ++counts[ending(phase[i], outcome[i])];
  return counts;
}

}  // namespace catapult
