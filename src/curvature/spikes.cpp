#include "curvature/spikes.hpp"

#include <cmath>
#include <utility>

namespace catapult {
namespace {

/// Of the growth between two sightings in the top modes of the first.
double share_of_growth(const Sighting& before, const Sighting& peak) {
  const std::size_t size = before.error.size();
  std::vector<double> growth(size);
  double square = 0.0, on_top = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    growth[i] = peak.error[i] - before.error[i];
    square += growth[i] * growth[i];
  }
  for (std::size_t mode = 0; mode < before.top_modes.size(); mode += size) {
    double along = 0.0;
    for (std::size_t i = 0; i < size; ++i) along += growth[i] * before.top_modes[mode + i];
    on_top += along * along;
  }
  return square > 0.0 ? on_top / square : NAN;
}

}  // namespace

std::optional<Spike> SpikeWatch::see(Sighting now) {
  std::vector<Sighting>& kept = state_.kept;
  if (state_.open) {
    Sighting& peak = kept.back();
    if (now.loss > peak.loss) {
      peak = std::move(now);
      return std::nullopt;
    }
    if (now.loss > std::sqrt(kept.front().loss * peak.loss)) return std::nullopt;
    const Spike ended = spike_until(now, true);
    kept.clear();
    kept.push_back(std::move(now));
    state_.open = false;
    return ended;
  }
  while (!kept.empty() && kept.front().step < now.step - window_) kept.erase(kept.begin());
  if (!kept.empty() && now.loss > (1.0 + rise_) * kept.front().loss) {
    kept.erase(kept.begin() + 1, kept.end());
    state_.open = true;
  } else {
    while (!kept.empty() && kept.back().loss >= now.loss) kept.pop_back();
  }
  kept.push_back(std::move(now));
  return std::nullopt;
}

std::optional<Spike> SpikeWatch::finish(const Sighting& last) const {
  if (!state_.open) return std::nullopt;
  return spike_until(last, false);
}

Spike SpikeWatch::spike_until(const Sighting& end, bool returned) const {
  const Sighting& before = state_.kept.front();
  const Sighting& peak = state_.kept.back();
  return {before.step,   peak.step,   end.step,
          returned,      before.loss, peak.loss,
          before.lambda, end.lambda,  share_of_growth(before, peak)};
}

}  // namespace catapult
