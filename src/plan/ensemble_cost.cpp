#include "plan/ensemble_cost.hpp"

#include <algorithm>
#include <cmath>

#include "plan/steps.hpp"
#include "train/ensemble.hpp"

namespace catapult {
namespace {

// Of a dense product's rate, what a chain of dependent operations reaches: measured on one core.
constexpr double rate_of_chain = 1.0 / 32.0;
constexpr double largest_block = 65536.0;   // trajectories of a rank at a time
constexpr double bytes_of_member = 1000.0;  // on rank 0: its end, its row, its line of the summary
// In operations of a chain, so that it counts on any machine.
constexpr double flops_of_draw = 600.0, flops_of_row = 4000.0;

}  // namespace

MemberCost cost_of_ensemble(const Study& study, const Deck& part, const DataShape& data, int ranks,
                            const Machine& machine) {
  const auto members = static_cast<double>(study.count());
  const double mine = members / static_cast<double>(study.parts.size()) / ranks;
  const auto inputs = static_cast<double>(data.inputs);
  const double rows = std::min(inputs, static_cast<double>(data.train_samples));
  const double weights = (inputs + 1.0) * (inputs + 1.0);
  MemberCost cost;
  cost.precision = "f64";
  cost.parameters = (data.inputs + 1) * (data.inputs + 1);
  cost.kernel_size = data.train_samples;
  cost.steps = steps_of(part.train);
  cost.steps_assumed = part.train.stop_steps == 0;
  cost.step_flops =
      members / static_cast<double>(study.parts.size()) * Ensemble::step_flops(inputs, rows);
  cost.total_flops = cost.steps * cost.step_flops;
  cost.step.flops = cost.step_flops / ranks / rate_of_chain;
  cost.total = cost.steps * cost.step;
  cost.total.flops += mine * (flops_of_draw * weights + flops_of_row * ranks) / rate_of_chain;
  cost.total.launches = std::ceil(mine / largest_block);
  cost.total.sent = mine * sizeof(TrajectoryEnd);
  const double block = std::min(mine, largest_block) * Ensemble::bytes(inputs, rows);
  const double data_bytes =
      sizeof(double) * (inputs + 1.0) * static_cast<double>(data.train_samples);
  const double host = machine.process.host + members * bytes_of_member + data_bytes;
  cost.rank_bytes = machine.has_gpus() ? RankBytes{host, machine.process.device + block}
                                       : RankBytes{host + block, 0.0};
  return cost;
}

}  // namespace catapult
