#include "plan/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "layers/grouped_rows.hpp"
#include "plan/layer_sizes.hpp"
#include "plan/network_costs.hpp"
#include "plan/twin_cost.hpp"

namespace catapult {
namespace {

constexpr double longest_assembly = 3600.0;  // seconds

bool needs_sums(const Deck& deck, const DataShape& data, int sample_ranks) {
  const Batch batch =
      batch_on({1, sample_ranks}, batch_of(deck, data), deck.model.batch_norm_group);
  return groups_are_spread(batch, sample_ranks);
}

/// "; none with 4 ranks": the most with which each group is on one rank.
std::string ranks_that_fit(const Deck& deck, const DataShape& data, int sample_ranks) {
  for (int ranks = sample_ranks - 1; ranks > 1; --ranks) {
    if (!needs_sums(deck, data, ranks)) return fmt::format("; none with {} ranks", ranks);
  }
  return "";
}

std::string line_of_statistics(const Deck& deck, const DataShape& data, const MemberCost& cost) {
  const Index group = deck.model.batch_norm_group;
  const std::string whose =
      group > 0 ? fmt::format("groups of {} samples", group) : "all samples of a batch";
  const int ranks = cost.grid.sample_ranks;
  if (!needs_sums(deck, data, ranks)) {
    return fmt::format("batch statistics: of {}, each on one rank: no sums over ranks", whose);
  }
  return fmt::format("batch statistics: of {}, spread over ranks: sums at every batch norm{}",
                     whose, ranks_that_fit(deck, data, ranks));
}

/// "1280 products, about 3.1 h"
std::string price_of(const MemberCost& cost, const Machine& machine) {
  const double seconds = seconds_of(cost.assembly, machine, cost.precision);
  const std::string time = seconds > 120.0 ? fmt::format("{:.2g} h", seconds / 3600.0)
                                           : fmt::format("{:.2g} s", seconds);
  return fmt::format("{} products, about {}", cost.kernel_size, time);
}

bool takes_long(const MemberCost& cost, const Machine& machine) {
  return !cost.has_kernel_terms &&
         seconds_of(cost.assembly, machine, cost.precision) > longest_assembly;
}

/// The key that asks for the whole kernel; "" where none does.
std::string asks_for_all(const Deck& deck, const MemberCost& cost) {
  const MeasureOptions& measure = deck.measure;
  if (!measure.kernel_change.empty()) return "measure.kernel_change";
  return measures_kernel(deck) && cost.assembled ? "measure.method" : "";
}

std::string remark_of_groups(const std::string& key, Index samples, Index group) {
  if (group == 0 || samples <= group || samples % group == 0) return "";
  return fmt::format(
      "{} is {} (batch statistics are of groups of {} samples, the last one has {}); a multiple "
      "makes all alike",
      key, samples, group, samples % group);
}

}  // namespace

std::vector<std::string> layout_lines(const Deck& deck, const DataShape& data,
                                      const MemberCost& cost, const Machine& machine) {
  std::vector<std::string> lines;
  if (is_convolutional(deck.model)) {
    lines.emplace_back(
        "channels are not spread, each layer would have to gather them all: ranks share the "
        "samples");
  }
  if (cost.couples_samples) lines.push_back(line_of_statistics(deck, data, cost));
  if (!cost.has_kernel_terms) {
    lines.push_back(
        fmt::format("kernel: by products; all of it (measure.method = \"assembled\") would take {}",
                    price_of(cost, machine)));
  }
  const TwinMatrices& twins = cost.twin_matrices;
  const double forked = twins_of(deck.linearize, TwinKind::linear, cost.steps);
  if (twins.most > 0 && forked > 0.0) {
    lines.push_back(fmt::format(
        "linear twins: a kernel product a step, after {} steps a pass over the kernel instead "
        "({:.3g} MB a rank, at most {:.0f} of {:.0f} twins at a time)",
        twins.after, twins.bytes / 1e6, std::min(forked, static_cast<double>(twins.most)), forked));
  }
  if (cost.activations == Activations::recomputed) {
    lines.emplace_back(
        "activations: recomputed where they are needed (parallel.memory), so a step has half as "
        "many products again");
  }
  if (cost.lambda.value > 0.0) {
    lines.push_back(
        fmt::format("lambda_0 about {:.3g} (estimated at width {}, {} samples), by which steps to "
                    "train.stop_time are counted",
                    cost.lambda.value, cost.lambda.width, cost.lambda.samples));
  }
  return lines;
}

std::vector<std::string> layout_remarks(const Deck& deck, const DataShape& data,
                                        const MemberCost& cost) {
  std::vector<std::string> remarks;
  const Index batch = batch_of(deck, data);
  const Index idle = cost.grid.sample_ranks - batch;
  if (idle > 0) {
    remarks.push_back(
        fmt::format("{} is {} ({} of {} ranks have no samples of it); start fewer ranks",
                    deck.data.batch > 0 ? "data.batch" : "data.train_samples", batch,
                    idle * cost.grid.width_ranks, cost.grid.ranks()));
  }
  if (!cost.couples_samples) return remarks;
  const Index group = deck.model.batch_norm_group;
  const std::string of_batch =
      remark_of_groups(deck.data.batch > 0 ? "data.batch" : "data.train_samples", batch, group);
  const std::string of_kernel =
      remark_of_groups("measure.kernel_samples", deck.measure.kernel_samples, group);
  for (const std::string& remark : {of_batch, of_kernel}) {
    if (!remark.empty()) remarks.push_back(remark);
  }
  return remarks;
}

std::string find_long_assembly(const Deck& deck, const MemberCost& cost, const Machine& machine) {
  const std::string key = asks_for_all(deck, cost);
  if (key.empty() || !takes_long(cost, machine)) return "";
  return fmt::format(
      "{} asks for the whole kernel (of this network it is had column by column: {}); set fewer "
      "kernel_samples, or leave it out",
      key, price_of(cost, machine));
}

void require_short_assembly(Deck deck, const DataShape& data, const GridShape& grid,
                            Index samples) {
  deck.measure.kernel_samples = samples;
  const Machine& machine = machine_of_build();
  const GridShape first{grid.width_ranks, grid.sample_ranks};
  const MemberCost cost = cost_of(deck, data, first, machine);
  if (!takes_long(cost, machine)) return;
  throw UsageError(fmt::format(
      "the whole kernel of {} samples (of this network it is had column by column: {}); use fewer "
      "samples, or ask for a small number of eigenvalues",
      samples, price_of(cost, machine)));
}

}  // namespace catapult
