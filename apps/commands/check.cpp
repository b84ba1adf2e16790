#include "commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "base/session.hpp"
#include "deck/print.hpp"
#include "deck/study.hpp"
#include "plan/job_request.hpp"
#include "plan/lambda_estimate.hpp"
#include "plan/layout.hpp"
#include "record/readable.hpp"
#include "study/origin.hpp"

namespace catapult {
namespace {

using Json = nlohmann::ordered_json;

/// "201.5", or "1020 + 3401": of the host and of the GPU.
std::string megabytes(const RankBytes& bytes, const Machine& machine) {
  const std::string host = fmt::format("{:.4g}", bytes.host / 1e6);
  return machine.has_gpus() ? fmt::format("{} + {:.4g}", host, bytes.device / 1e6) : host;
}

/// What is to be said of the members' networks, each once.
std::string layout_text(const Study& study, const StudyPlan& plan, const Machine& machine) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> lines;  // with their members
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    for (const std::string& line :
         layout_lines(study.members[i], plan.data[i], plan.costs[i], machine)) {
      const auto same = [&](const auto& known) { return known.first == line; };
      auto known = std::find_if(lines.begin(), lines.end(), same);
      if (known == lines.end()) known = lines.insert(known, {line, {}});
      known->second.push_back(i);
    }
  }
  std::string text;
  for (const auto& [line, members] : lines) {
    const std::size_t more = members.size() - 1;
    const bool all = members.size() == study.members.size();
    const std::string others = more > 0 ? fmt::format(" and {} more", more) : "";
    text += all ? fmt::format("# {}\n", line)
                : fmt::format("# member {:04}{}: {}\n", members.front(), others, line);
  }
  return text;
}

std::string member_lines(const Study& study, const StudyPlan& plan, const Machine& machine) {
  const int memory = machine.has_gpus() ? 16 : 9;
  std::string text = fmt::format(
      "# {:>6}  {:>11}  {:>9}  {:>9}  {:>11}  {:>9}  {:>{}}  {:>12}  {}\n", "member", "parameters",
      "grid", "steps <=", "FLOP a step", "a step", "MB a rank", memory, "MB sent/step", "keys");
  bool assumed = false;
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    const MemberCost& cost = plan.costs[i];
    text += fmt::format(
        "#   {:04}  {:>11}  {:>9}  {:>9.4g}  {:>11.3g}  {:>9}  {:>{}}  {:>12.3g}  {}\n", i,
        cost.parameters, fmt::format("{} x {}", cost.grid.width_ranks, cost.grid.sample_ranks),
        cost.steps, cost.step_flops, duration(seconds_of(cost.step, machine, cost.precision)),
        megabytes(cost.rank_bytes, machine), memory, cost.step.sent / 1e6, study.swept_values(i));
    assumed = assumed || cost.steps_assumed;
  }
  text += "# grid: width ranks x sample ranks\n" + layout_text(study, plan, machine);
  if (machine.has_gpus()) text += "# MB a rank: of its node + of its GPU\n";
  if (assumed) {
    text += "# steps of members whose end depends on lambda_0, loss or accuracy: assumed\n";
  }
  return text;
}

std::string members_text(const Study& study, const StudyPlan& plan, int ranks,
                         const Machine& machine) {
  const auto counted = [](auto count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  return fmt::format("\n# {} on {}, {} at once with {} each\n",
                     counted(study.members.size(), "member"), counted(ranks, "rank"),
                     plan.placement.groups, counted(plan.placement.group_size, "rank")) +
         member_lines(study, plan, machine);
}

/// Of an ensemble, whose members are too many for a line each.
std::string ensemble_lines(const Study& study, const StudyPlan& plan, int ranks) {
  double most_steps = 0.0, bytes = 0.0;
  bool assumed = false;
  for (const MemberCost& cost : plan.costs) {
    most_steps = std::max(most_steps, cost.steps);
    bytes = std::max(bytes, cost.rank_bytes.host);
    assumed = assumed || cost.steps_assumed;
  }
  return fmt::format(
      "\n# an ensemble of {} members in {} parts on {} ranks, {} numbers each, at most {:.4g} "
      "steps{}; {:.4g} MB on rank 0\n",
      study.count(), study.parts.size(), ranks, plan.costs.front().parameters, most_steps,
      assumed ? " (assumed: their end depends on lambda_0 or loss)" : "", bytes / 1e6);
}

std::string machine_line(const Machine& machine, const std::string& precision) {
  const double flops = machine.flops(precision);
  const std::string rate = machine.has_gpus() ? fmt::format("{:.3g} TFLOP/s", flops / 1e12)
                                              : fmt::format("{:.3g} GFLOP/s", flops / 1e9);
  const std::string node =
      machine.has_gpus() ? fmt::format(", one of the {} GPUs of a node", machine.node_ranks) : "";
  const std::string launch =
      machine.has_gpus() ? fmt::format("{:.3g} us a launch, ", machine.launch * 1e6) : "";
  return fmt::format(
      "# a rank of \"{}\"{}: {} in dense products, {:.4g} GB/s of memory, {}{:.3g} us a message, "
      "{:.3g} GB/s sent\n",
      machine.name, node, rate, machine.memory_bandwidth / 1e9, launch, machine.latency * 1e6,
      machine.network_bandwidth / 1e9);
}

std::string origin_line(const Origin& origin) {
  return fmt::format(
      "\n# all members start from {} ({}) at time {:.4g}\n"
      "# what follows is of the steps that are left; learning_rate_c is relative to lambda there\n",
      origin.checkpoint, identity_of(origin), origin.start.time);
}

std::string as_text(const Study& study, const std::optional<Origin>& origin, const StudyPlan& plan,
                    const JobRequest& job, const Machine& machine) {
  double flops = 0.0;
  for (const MemberCost& cost : plan.costs) flops += cost.total_flops;
  std::string text = print_resolved(study.base, study.axes);
  if (origin) text += origin_line(*origin);
  text += study.is_ensemble() ? ensemble_lines(study, plan, job.ranks)
                              : members_text(study, plan, job.ranks, machine);
  text += machine_line(machine, study.base.model.precision);
  text += fmt::format("# {:.3g} FLOP in all; about {}\n# what to ask a batch queue for:\n", flops,
                      duration(job.seconds));
  return text + sbatch_lines(job, study.base.study.name);
}

Json json_of(const Work& work, const Machine& machine, const std::string& precision) {
  return {{"seconds", seconds_of(work, machine, precision)},
          {"flops", work.flops},
          {"bytes_moved", work.moved},
          {"functions", work.functions},
          {"launches", work.launches},
          {"bytes_sent", work.sent},
          {"messages", work.messages}};
}

Json json_of(const MemberCost& cost, const Machine& machine) {
  const auto json = [&](const Work& work) { return json_of(work, machine, cost.precision); };
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
          {"lambda_0", cost.lambda.value > 0.0 ? Json(cost.lambda.value) : Json(nullptr)},
          {"rank_bytes", cost.rank_bytes.host},
          {"gpu_bytes", cost.rank_bytes.device},
          {"activations", name_of(cost.activations)},
          {"step", json(cost.step)},
          {"kernel product", json(cost.product)},
          {"kernel assembly", json(cost.assembly)},
          {"total", json(cost.total)},
          {"collectives", collectives}};
}

Json json_of(const Origin& origin) {
  return {{"checkpoint", origin.checkpoint},
          {"step", origin.start.step},
          {"time", origin.start.time},
          {"deck_hash", origin.deck_hash}};
}

std::string as_json(const std::optional<Origin>& origin, const StudyPlan& plan,
                    const JobRequest& job, const Machine& machine, const std::string& precision) {
  Json members = Json::array();
  for (const MemberCost& cost : plan.costs) members.push_back(json_of(cost, machine));
  Json all = {{"machine",
               {{"name", machine.name},
                {"gpus", machine.has_gpus()},
                {"node_ranks", machine.node_ranks},
                {"flops", machine.flops(precision)},
                {"function", machine.function(precision)},
                {"memory_bandwidth", machine.memory_bandwidth},
                {"launch", machine.launch},
                {"latency", machine.latency},
                {"network_bandwidth", machine.network_bandwidth}}},
              {"job",
               {{"nodes", job.nodes},
                {"ranks", job.ranks},
                {"ranks_a_node", job.ranks_a_node},
                {"cores_a_rank", job.cores_a_rank},
                {"rank_bytes", job.rank_bytes},
                {"seconds", job.seconds}}},
              {"groups", plan.placement.groups},
              {"group_size", plan.placement.group_size},
              {"members", members}};
  if (origin) all["from"] = json_of(*origin);
  return all.dump(2) + "\n";
}

bool is_here(const CheckRequest& request) { return request.machine == "here"; }

/// Where something is timed or lambda_0 estimated; null where nothing is, and where it does not
/// start, as of a build for GPUs where there is none, without which lambda_0 is assumed.
std::unique_ptr<const KokkosSession> kokkos_for(const CheckRequest& request, const Study& study) {
  if (is_here(request)) return std::make_unique<KokkosSession>();
  const bool estimates = request.checkpoint.empty() &&
                         std::any_of(study.members.begin(), study.members.end(),
                                     [](const Deck& deck) { return needs_lambda(deck.train); });
  if (!estimates) return nullptr;
  try {
    return std::make_unique<KokkosSession>();
  } catch (const UsageError& problem) {
    Log(true).warn("lambda_0 is not estimated: {}", problem.what());
    return nullptr;
  }
}

/// Of fixed numbers, or this one as it is now, with what the user says about its nodes.
Machine machine_for(const CheckRequest& request) {
  Machine machine = is_here(request) ? measured_machine() : fixed_machine(request.machine);
  if (request.node_cores > 0) machine.node_cores = request.node_cores;
  if (!machine.has_gpus()) machine.node_ranks = machine.node_cores;
  if (request.node_memory > 0.0) machine.node_bytes = 1e9 * request.node_memory;
  return machine;
}

/// The limits of this process count where the nodes are this machine.
MemoryLimits limits_of(const CheckRequest& request, const Machine& machine) {
  const bool here = is_here(request) && request.node_memory == 0.0;
  MemoryLimits limits = here ? memory_limits() : MemoryLimits{.node = machine.node_bytes};
  if (machine.has_gpus()) limits.device = machine.device_bytes;
  return limits;
}

}  // namespace

std::vector<std::string> check_machines() {
  std::vector<std::string> names = {"here"};
  for (const Machine& machine : fixed_machines()) names.push_back(machine.name);
  return names;
}

std::string check_deck(const CheckRequest& request) {
  const Study study = read_study(request.deck, request.settings, request.short_version);
  std::optional<Origin> origin;
  if (!request.checkpoint.empty()) {
    origin = read_origin(request.checkpoint, /*goes_on=*/false);
    require_network_of(*origin, study);
  }
  const auto kokkos = kokkos_for(request, study);
  const Machine machine = machine_for(request);
  LambdaEstimator lambda;
  LambdaOf lambda_of;  // of members that start from nothing
  if (kokkos && !origin) {
    lambda_of = [&](const Deck& deck, const DataShape& data) { return lambda.of(deck, data); };
  }
  // Ranks may be spread thinly; one must fit a node.
  const StudyPlan plan = plan_study(study, request.ranks, 1, limits_of(request, machine), machine,
                                    origin ? origin->start : StartingPoint{}, lambda_of);
  if (origin) require_layers_of(*origin, study, plan.data);
  for (const std::string& remark : plan.remarks) Log(true).warn("{}", remark);
  const JobRequest job = job_request(plan, request.ranks, machine);
  return request.json ? as_json(origin, plan, job, machine, study.base.model.precision)
                      : as_text(study, origin, plan, job, machine);
}

}  // namespace catapult
