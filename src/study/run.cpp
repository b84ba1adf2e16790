#include "study/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/unknown.hpp"
#include "deck/print.hpp"
#include "record/readable.hpp"
#include "store/checkpoint_deck.hpp"
#include "study/agree.hpp"
#include "study/conclude.hpp"
#include "study/ensemble.hpp"
#include "study/members.hpp"
#include "study/run_folder.hpp"

namespace catapult {
namespace {

/// The first rank of every group.
std::vector<int> leaders_of(const Placement& placement) {
  std::vector<int> leaders;
  for (int group = 0; group < placement.groups; ++group) {
    leaders.push_back(group * placement.group_size);
  }
  return leaders;
}

Interruptions::Limits limits_of(const RunRequest& request, const Study& study) {
  return {.max_time = parse_time_limit(request.max_time),
          .watchdog = Interruptions::Seconds(60.0 * study.base.study.watchdog_minutes)};
}

/// How the whole ended. A stop with members left goes before their failures, as the same command
/// line runs both again; only output that was lost goes before it.
ExitCode code_of(const Group& group, bool unfinished, const Communicator& world) {
  const auto worst = [&](int code) {
    return static_cast<int>(world.max(static_cast<double>(code)));
  };
  const int failure = worst(static_cast<int>(group.code));
  const auto asked = static_cast<Request>(worst(static_cast<int>(group.interruptions.agreed())));
  const int signal = worst(SignalWatch::last());
  if (asked == Request::none || !unfinished || failure == static_cast<int>(ExitCode::output)) {
    return static_cast<ExitCode>(failure);
  }
  if (asked == Request::stop_now) return static_cast<ExitCode>(128 + signal);
  return ExitCode::stopped_early;
}

Study study_of(const RunRequest& request, const Communicator& world) {
  return !request.deck.empty()
             ? agree_on_study(request.deck, request.settings, request.short_version, world)
             : study_of_checkpoint(request.checkpoint, request.settings, world);
}

/// Where the members of `study` start. Collective over `world`.
std::optional<Origin> origin_for(const RunRequest& request, const Study& study,
                                 const Communicator& world) {
  if (request.checkpoint.empty()) return std::nullopt;
  Origin origin = origin_of(request.checkpoint, request.deck.empty(), world);
  if (!origin.goes_on) require_network_of(origin, study);
  return origin;
}

/// Checked by rank 0, which alone keeps the costs; the placement on all.
StudyPlan agree_on_plan(const Study& study, const std::optional<Origin>& origin,
                        const Communicator& world) {
  const int ranks_of_node = world.ranks_of_node();
  MemoryLimits limits = memory_limits();
  limits = {world.min(limits.node), world.min(limits.rank), world.min(limits.device)};
  StudyPlan plan;
  on_root(world, [&] {
    plan = plan_study(study, world.size(), ranks_of_node, limits, machine_of_build(),
                      origin ? origin->start : StartingPoint{});
    if (origin) require_layers_of(*origin, study, plan.data);
  });
  plan.placement = place_study(study, world.size());
  return plan;
}

/// Members compute or store their activations as planned, when others run beside them.
void settle_memory(const StudyPlan& plan, Study& study, const Communicator& world) {
  if (study.is_ensemble()) return;
  std::vector<int> choices(study.members.size());
  for (std::size_t i = 0; i < plan.costs.size(); ++i) {  // on the root alone
    choices[i] = static_cast<int>(plan.costs[i].activations);
  }
  world.broadcast(choices.data(), static_cast<Index>(choices.size()));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    study.members[i].parallel.memory = name_of(static_cast<Activations>(choices[i]));
  }
}

void tell_start(const Running& running, const StudyPlan& plan, int ranks, Log& log) {
  if (running.study.is_ensemble()) return;  // it tells by itself
  if (running.origin) {
    log.info("all members start from {} ({})", running.origin->checkpoint,
             identity_of(*running.origin));
  }
  const std::size_t count = running.study.members.size(), to_run = running.members.size();
  log.info("study {}: {} ({} done before) on {}, {} at once; run folder {}",
           running.study.base.study.name, counted(static_cast<Index>(count), "member"),
           count - to_run, counted(ranks, "rank"), plan.placement.groups, running.folder.string());
}

/// The members that are left, of which nothing is measured yet.
Running what_to_run(const std::optional<Origin>& origin, const Study& study,
                    std::vector<Index> members, const Provenance& provenance, Searches& searches) {
  return {study,
          run_path(study),
          origin,
          provenance,
          searches,
          std::move(members),
          std::vector<double>(study.members.size(), unknown)};
}

/// Trains members, or searches boundaries; what is left, and the summary of an ensemble. Collective
/// over `world`.
EnsembleEnd run_all(Running& running, const StudyPlan& plan, const Communicator& world,
                    Group& group) {
  if (running.study.is_ensemble()) {
    return run_ensemble(running.study, running.folder, running.provenance, world, group);
  }
  share_data(running, world, group);
  measure_initial_kernels(running, world, group);
  run_members(running, world, group);
  const Timed output(group.stopwatch, TimePart::output);
  const Remaining left =
      members_to_run(running.study, plan, running.folder, running.searches, world);
  return {static_cast<Index>(left.members.size()), std::nullopt};
}

/// The run folder, made and held on the first rank; the log and backtraces go there.
std::unique_ptr<RunFolder> claim_folder(const RunRequest& request, const Study& study,
                                        const std::optional<Origin>& origin,
                                        const std::string& resolved, const StudyPlan& plan,
                                        const Communicator& world, Log& log) {
  const std::filesystem::path path = run_path(study);
  std::unique_ptr<RunFolder> folder;
  on_root(world, [&] {
    folder = std::make_unique<RunFolder>(
        path, study.source_text, resolved, origin ? identity_of(*origin) : "",
        request.anew ? RunFolder::Resume::never : RunFolder::Resume::automatic);
    log.also_to(path / "log.txt");
    for (const std::string& remark : plan.remarks) log.warn("{}", remark);
  });
  report_crashes_to(path / fmt::format("backtrace.{}", world.rank()));
  return folder;
}

/// From the members that are left to the summary of all. `done`: how the others ended. Collective
/// over `world`.
ExitCode carry_out(Running& running, const StudyPlan& plan, const EndingCounts& done,
                   const Interruptions::Limits& limits, const Communicator& world, Log& log) {
  const Study& study = running.study;
  const Index count = study.count();
  const Index to_run = study.is_ensemble() ? count : static_cast<Index>(running.members.size());
  Status status{.study = study.base.study.name,
                .state = "running",
                .members = count,
                .finished = count - to_run,
                .ended = done,
                .started = std::time(nullptr) - static_cast<std::time_t>(process_age().count())};
  tell_start(running, plan, world.size(), log);

  // 3. Groups of ranks take members one by one.
  const int number = plan.placement.group_of(world.rank());
  Interruptions interruptions(world, leaders_of(plan.placement), running.folder, limits);
  const Communicator ranks = world.split(number, world.rank());
  const bool leads = ranks.is_root() && number < plan.placement.groups;
  Group group{ranks,
              number,
              plan.placement.groups,
              log,
              Progress(world.is_root(), log),
              GroupReport(leads, group_file(running.folder, number)),
              Stopwatch(process_age().count()),
              interruptions};
  on_all(world, [&] {
    if (leads) log.speak(running.folder / "log.txt");
  });
  on_root(world, [&] { write_status(running.folder, status); });
  const EnsembleEnd end = run_all(running, plan, world, group);

  // 4. The summary of all.
  const ExitCode code = code_of(group, end.left > 0, world);
  conclude(running, code, end, status, world, group);
  return code;
}

}  // namespace

ExitCode run_study(const RunRequest& request, const Communicator& world, Log& log) {
  // 1. What is to be done, and can it be? A signal to stop may come from here on.
  const SignalWatch signals;
  Study study = study_of(request, world);
  const std::string resolved = print_resolved(study.base, study.axes);
  const std::optional<Origin> origin = origin_for(request, study, world);
  const Interruptions::Limits limits = limits_of(request, study);
  const StudyPlan plan = agree_on_plan(study, origin, world);
  settle_memory(plan, study, world);

  // 2. The run folder, held to the end, which knows how it came.
  const std::filesystem::path path = run_path(study);
  const std::unique_ptr<RunFolder> folder =
      claim_folder(request, study, origin, resolved, plan, world, log);
  try {
    Provenance provenance = collect_provenance(world, request.command_line, resolved);
    if (origin) add_origin(*origin, provenance);
    Searches searches(path, study);
    Remaining remaining = members_to_run(study, plan, path, searches, world);
    Running running =
        what_to_run(origin, study, std::move(remaining.members), provenance, searches);
    return carry_out(running, plan, remaining.ended, limits, world, log);
  } catch (const std::exception& problem) {
    if (folder) write_failure(path, problem.what());
    throw;
  }
}

}  // namespace catapult
