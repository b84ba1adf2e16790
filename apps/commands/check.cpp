#include "commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "base/session.hpp"
#include "deck/print.hpp"
#include "deck/study.hpp"
#include "plan/job_request.hpp"

namespace catapult {
namespace {

using Json = nlohmann::ordered_json;

/// "3.2 h", "5 min", "12 s", "3.4 ms"
std::string duration(double seconds) {
  if (seconds > 7200.0) return fmt::format("{:.1f} h", seconds / 3600.0);
  if (seconds > 120.0) return fmt::format("{:.0f} min", seconds / 60.0);
  return seconds > 1.0 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.2g} ms", 1e3 * seconds);
}

std::string member_lines(const Study& study, const StudyPlan& plan,
                         const MachineParameters& machine) {
  std::string text = fmt::format(
      "# {:>6}  {:>11}  {:>9}  {:>9}  {:>11}  {:>9}  {:>9}  {:>12}  {}\n", "member", "parameters",
      "grid", "steps <=", "FLOP a step", "a step", "MB a rank", "MB sent/step", "keys");
  bool assumed = false;
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    const MemberCost& cost = plan.costs[i];
    text += fmt::format(
        "#   {:04}  {:>11}  {:>9}  {:>9.4g}  {:>11.3g}  {:>9}  {:>9.4g}  {:>12.3g}  {}\n", i,
        cost.parameters, fmt::format("{} x {}", cost.grid.width_ranks, cost.grid.sample_ranks),
        cost.steps, cost.step_flops, duration(seconds_of(cost.step, machine)),
        cost.rank_bytes / 1e6, cost.step.sent / 1e6, study.swept_values(i));
    assumed = assumed || cost.steps_assumed;
  }
  text += "# grid: width ranks x sample ranks\n";
  if (assumed) {
    text += "# steps of members whose end depends on lambda_0, loss or accuracy: assumed\n";
  }
  return text;
}

std::string machine_line(const MachineParameters& machine) {
  return fmt::format(
      "# a rank of \"{}\": {:.3g} GFLOP/s in dense products, {:.3g} GB/s of memory, {:.3g} us a "
      "message, {:.3g} GB/s sent\n",
      machine.name, machine.flops / 1e9, machine.memory_bandwidth / 1e9, machine.latency * 1e6,
      machine.network_bandwidth / 1e9);
}

std::string as_text(const Study& study, const StudyPlan& plan, const JobRequest& job,
                    const MachineParameters& machine) {
  double flops = 0.0;
  for (const MemberCost& cost : plan.costs) flops += cost.total_flops;
  std::string text = print_resolved(study.base, study.axes);
  text += fmt::format("\n# {} members on {} ranks, {} at once with {} ranks each\n",
                      study.members.size(), job.ranks, plan.placement.groups,
                      plan.placement.group_size);
  text += member_lines(study, plan, machine) + machine_line(machine);
  text += fmt::format("# {:.3g} FLOP in all; about {}\n# what to ask a batch queue for:\n", flops,
                      duration(job.seconds));
  return text + sbatch_lines(job, study.base.study.name);
}

Json json_of(const Work& work, const MachineParameters& machine) {
  return {{"seconds", seconds_of(work, machine)},
          {"flops", work.flops},
          {"bytes_moved", work.moved},
          {"bytes_sent", work.sent},
          {"messages", work.messages}};
}

Json json_of(const MemberCost& cost, const MachineParameters& machine) {
  Json collectives = Json::array();
  for (const auto& [phase, call] : cost.collectives) {
    collectives.push_back({{"phase", phase},
                           {"name", call.name},
                           {"calls", call.calls},
                           {"bytes_sent", call.sent},
                           {"messages", call.messages}});
  }
  return {{"width_ranks", cost.grid.width_ranks},
          {"sample_ranks", cost.grid.sample_ranks},
          {"parameters", cost.parameters},
          {"steps", cost.steps},
          {"rank_bytes", cost.rank_bytes},
          {"step", json_of(cost.step, machine)},
          {"kernel product", json_of(cost.product, machine)},
          {"kernel assembly", json_of(cost.assembly, machine)},
          {"total", json_of(cost.total, machine)},
          {"collectives", collectives}};
}

std::string as_json(const StudyPlan& plan, const JobRequest& job,
                    const MachineParameters& machine) {
  Json members = Json::array();
  for (const MemberCost& cost : plan.costs) members.push_back(json_of(cost, machine));
  const Json all = {{"machine",
                     {{"name", machine.name},
                      {"flops", machine.flops},
                      {"memory_bandwidth", machine.memory_bandwidth},
                      {"latency", machine.latency},
                      {"network_bandwidth", machine.network_bandwidth}}},
                    {"job",
                     {{"nodes", job.nodes},
                      {"ranks", job.ranks},
                      {"ranks_a_node", job.ranks_a_node},
                      {"rank_bytes", job.rank_bytes},
                      {"seconds", job.seconds}}},
                    {"groups", plan.placement.groups},
                    {"group_size", plan.placement.group_size},
                    {"members", members}};
  return all.dump(2) + "\n";
}

/// The limits of this process count where the nodes are this machine.
MemoryLimits limits_of(const CheckRequest& request) {
  if (request.node_memory > 0.0) return {.node = 1e9 * request.node_memory};
  return request.machine == "here" ? memory_limits() : MemoryLimits{.node = cluster_node_bytes};
}

int cores_of(const CheckRequest& request) {
  if (request.node_cores > 0) return request.node_cores;
  return request.machine == "here" ? machine_cores() : cluster_node_cores;
}

}  // namespace

std::string check_deck(const CheckRequest& request) {
  const Study study = read_study(request.deck, request.settings);
  const MemoryLimits limits = limits_of(request);
  const NodeLimits node{cores_of(request), limits.node};
  // Ranks may be spread thinly; one must fit a node.
  const StudyPlan plan = plan_study(study, request.ranks, 1, limits);
  for (const std::string& remark : plan.remarks) Log(true).warn("{}", remark);
  const std::string precision = study.base.model.precision;
  const KokkosSession kokkos;
  const MachineParameters machine =
      request.machine == "here" ? measured_machine(precision) : cluster_machine(precision);
  const JobRequest job = job_request(plan, request.ranks, node, machine);
  return request.json ? as_json(plan, job, machine) : as_text(study, plan, job, machine);
}

}  // namespace catapult
