#include "plan/twin_cost.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "plan/curvature_cost.hpp"
#include "plan/draws.hpp"

namespace catapult {
namespace {

/// f_0 + J d, or with 1/2 d^T H d, where the forward pass at theta_0 is done.
Work expansion(const NetworkCosts& network, TwinKind kind, Index samples) {
  const double products = kind == TwinKind::linear ? 1.0 : of_second_pushforward;
  return products * network.of(Phase::pushforward, samples).work();
}

/// Where twins are forked that are watched: before step 0 and powers of sqrt 2.
std::vector<double> watched_forks(double steps) {
  std::vector<double> forks;
  double step = 0.0;
  for (double half_powers = 0.0; step < steps; half_powers += 1.0) {
    if (forks.empty() || step > forks.back()) forks.push_back(step);
    step = std::round(std::exp2(half_powers / 2.0));
  }
  return forks;
}

/// Forks of twins of one kind.
std::vector<double> forks_of(const LinearizeOptions& linearize, TwinKind kind, double steps) {
  std::vector<double> forks;
  const auto& models = linearize.models;
  if (std::find(models.begin(), models.end(), name_of(kind)) != models.end()) {
    for (const Index at : linearize.at) forks.push_back(static_cast<double>(at));
  }
  if (linearize.watch && kind == TwinKind::linear) {
    for (const double at : watched_forks(steps)) forks.push_back(at);
  }
  std::sort(forks.begin(), forks.end());
  forks.erase(std::unique(forks.begin(), forks.end()), forks.end());
  std::erase_if(forks, [&](double at) { return at >= steps; });
  return forks;
}

/// Steps that a twin lives which is forked before step `at`: to the end, but for c > 2 a linear one
/// that is forked before the catapult, log n/(2 log(c - 1)) steps, is over. The loss of these grows
/// by (c - 1)^2 a step until it counts as diverged.
double life_of(const Deck& deck, TwinKind kind, double at, double steps) {
  const TrainOptions& train = deck.train;
  const bool grows =
      kind == TwinKind::linear && train.learning_rate_c > 2.0 && train.momentum == 0.0;
  if (!grows) return steps - at;
  const auto& widths = deck.model.widths;
  const Index width =
      widths.empty() ? deck.model.width : *std::max_element(widths.begin(), widths.end());
  const double rate = 2.0 * std::log(train.learning_rate_c - 1.0);
  const bool amid_catapult = at * rate <= std::log(static_cast<double>(width));
  return amid_catapult ? std::min(std::log(train.diverge_above) / rate, steps - at) : steps - at;
}

}  // namespace

TwinCost twin_cost(const NetworkCosts& network, const Deck& deck, const DataShape& data,
                   TwinKind kind) {
  const Index batch = batch_of(deck, data);
  const bool full = !BatchDraws(deck.data, data, 1).any();
  const Work forward = network.of(Phase::forward, batch).work();
  const Work backward = network.of(Phase::backward, batch).work();
  const bool by_kernel = full && kind == TwinKind::linear && deck.train.loss == "mse";
  TwinCost cost;
  if (full) cost.fork += forward;
  if (by_kernel) {
    if (network.has_kernel_terms) cost.fork += network.of(Phase::grams, batch).work();
    const double tangents = (deck.train.momentum != 0.0 ? 1.0 : 0.0) + (deck.train.l2 != 0.0);
    cost.fork += tangents * network.of(Phase::pushforward, batch).work();
    cost.step += kernel_product_work(network, batch);
  } else {
    if (!full) cost.step += forward;
    cost.step += expansion(network, kind, batch);
    cost.step += (kind == TwinKind::linear ? 1.0 : of_second_pullback) * backward;
  }
  if (data.test_samples == 0) return cost;
  if (by_kernel) cost.row += backward;  // parameters from coordinates
  cost.row += network.of(Phase::forward, data.test_samples).work();
  cost.row += expansion(network, kind, data.test_samples);
  return cost;
}

Work twins_work(const NetworkCosts& network, const Deck& deck, const DataShape& data,
                const TwinMatrices& matrices, double steps) {
  const auto every = static_cast<double>(deck.measure.every);
  Work work;
  for (const TwinKind kind : {TwinKind::linear, TwinKind::quadratic}) {
    const std::vector<double> forks = forks_of(deck.linearize, kind, steps);
    if (forks.empty()) continue;
    const TwinCost one = twin_cost(network, deck, data, kind);
    Index held = 0;
    for (const double at : forks) {
      const double life = life_of(deck, kind, at, steps);
      const auto after = static_cast<double>(matrices.after);
      const bool holds = kind == TwinKind::linear && held < matrices.most && life > after;
      work += one.fork;
      work += (holds ? after : life) * one.step;
      if (holds) {
        work += matrices.assembly;
        work += (life - after) * matrices.step;
        ++held;
      }
      work += (1.0 + (every > 0.0 ? life / every : 0.0)) * one.row;
    }
  }
  return work;
}

double twins_of(const LinearizeOptions& linearize, TwinKind kind, double steps) {
  return static_cast<double>(forks_of(linearize, kind, steps).size());
}

}  // namespace catapult
