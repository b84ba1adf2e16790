#include "study/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "deck/print.hpp"
#include "record/atomic_file.hpp"
#include "store/checkpoint_deck.hpp"
#include "study/agree.hpp"
#include "study/boundary_tables.hpp"
#include "study/ensemble.hpp"
#include "study/members.hpp"
#include "study/run_folder.hpp"

namespace catapult {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

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

std::string state_of(ExitCode code) {
  if (code == ExitCode::finished) return "finished";
  const bool stopped = code == ExitCode::stopped_early || static_cast<int>(code) > 128;
  return stopped ? "stopped" : "failed";
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
StudyPlan agree_on_plan(const Study& study, const Communicator& world) {
  const int ranks_of_node = world.ranks_of_node();
  MemoryLimits limits = memory_limits();
  limits = {world.min(limits.node), world.min(limits.rank), world.min(limits.device)};
  StudyPlan plan;
  on_root(world, [&] { plan = plan_study(study, world.size(), ranks_of_node, limits); });
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

std::string number(const Cell& cell) { return fmt::format("{:.4g}", std::get<double>(cell)); }

void tell_start(const Running& running, const StudyPlan& plan, int ranks, Log& log) {
  if (running.study.is_ensemble()) return;  // it tells by itself
  if (running.origin) {
    log.info("all members start from {} ({})", running.origin->checkpoint,
             identity_of(*running.origin));
  }
  const std::size_t count = running.study.members.size(), to_run = running.members.size();
  log.info("study {}: {} members ({} done before) on {} ranks, {} at once; run folder {}",
           running.study.base.study.name, count, count - to_run, ranks, plan.placement.groups,
           running.folder.string());
}

/// The summary as lines of the log.
void tell_summary(const Study& study, const Table& summary, Log& log) {
  for (Index row = 0; row < summary.rows(); ++row) {
    const std::string phase = std::get<std::string>(summary.at(row, "phase"));
    const std::string outcome = std::get<std::string>(summary.at(row, "outcome"));
    const std::string keys = study.swept_values(static_cast<std::size_t>(row));
    log.info("  {}  {:<10} c {:>6}  eta {:>8}  loss {:>9}  lambda {:>8}  {}",
             std::get<std::string>(summary.at(row, "member")),
             phase.empty() || !is_finished(outcome) ? outcome : phase, number(summary.at(row, "c")),
             number(summary.at(row, "learning_rate")), number(summary.at(row, "loss_end")),
             number(summary.at(row, "lambda_end")), keys);
  }
}

/// "(4.01 to 4.02)"
std::string range_of(const Table& found, Index row) {
  const std::string low = number(found.at(row, "c_low")), high = number(found.at(row, "c_high"));
  if (std::get<std::string>(found.at(row, "monotone")) == "no") {
    return fmt::format("(NOT MONOTONE between {} and {})", low, high);
  }
  if (low == "nan") return fmt::format("(below {})", high);
  return high == "nan" ? fmt::format("(above {})", low) : fmt::format("({} to {})", low, high);
}

void tell_boundaries(const Study& study, const Table& found, Log& log) {
  for (Index row = 0; row < found.rows(); ++row) {
    const std::string member = std::get<std::string>(found.at(row, "member"));
    log.info("  {}  {:<12} c {:>6} {}  {}", member,
             std::get<std::string>(found.at(row, "boundary")), number(found.at(row, "c")),
             range_of(found, row), study.swept_values(std::stoul(member)));
  }
}

std::vector<MemberId> ids_of(const Study& study) {
  std::vector<MemberId> ids;
  for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
    ids.push_back({member});
  }
  return ids;
}

/// boundaries.csv and, over seeds, boundaries_mean.csv; these tables by their names.
std::map<std::string, Table> write_boundaries(const Running& running) {
  std::map<std::string, Table> tables = {{"boundaries", boundary_table(running.searches)}};
  if (sweeps_seeds(running.study)) {
    tables.emplace("boundaries_mean", mean_boundaries(tables.at("boundaries"), running.study));
  }
  for (const auto& [name, table] : tables) {
    write_text(running.folder / (name + ".csv"), to_csv(table));
  }
  return tables;
}

/// summary.csv, study.h5, the boundaries and the lines of the log; a STOP that has been followed
/// goes.
void summarize(const Running& running, ExitCode code, Index left, Log& log) {
  const Outcome missing = state_of(code) == "stopped" ? Outcome::stopped : Outcome::failed;
  const Study& study = running.study;
  if (study.is_ensemble()) {
    // Written where its members ended, together.
  } else if (!searches(study)) {
    tell_summary(study,
                 write_summary(running.folder, study, ids_of(study), running.provenance, missing),
                 log);
  } else {
    const auto tables = write_boundaries(running);
    write_summary(running.folder, study, running.searches.all_trials(), running.provenance, missing,
                  tables);
    tell_boundaries(study, tables.at("boundaries"), log);
  }
  Interruptions::acknowledge(running.folder);
  if (code != ExitCode::stopped_early) return;
  const Index count = running.study.count();
  log.info("stopped early, {} of {} members are finished: the same command line {}", count - left,
           count, study.is_ensemble() ? "begins again" : "continues");
}

/// The members that are not finished, of which nothing is measured yet.
Running what_to_run(const std::optional<Origin>& origin, const Study& study, const StudyPlan& plan,
                    const Provenance& provenance, Searches& searches, const Communicator& world) {
  const std::filesystem::path path = run_path(study);
  return {study,
          path,
          origin,
          provenance,
          searches,
          members_to_run(study, plan, path, searches, world),
          std::vector<double>(study.members.size(), unknown)};
}

/// Trains members, or searches boundaries; returns how many are left. Collective over `world`.
Index run_all(Running& running, const StudyPlan& plan, const Communicator& world, Group& group) {
  if (running.study.is_ensemble()) {
    return run_ensemble(running.study, running.folder, running.provenance, world, group);
  }
  share_data(running, world, group);
  measure_initial_kernels(running, world, group);
  run_members(running, world, group);
  return static_cast<Index>(
      members_to_run(running.study, plan, running.folder, running.searches, world).size());
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

}  // namespace

ExitCode run_study(const RunRequest& request, const Communicator& world, Log& log) {
  // 1. What is to be done, and can it be? A signal to stop may come from here on.
  const SignalWatch signals;
  Study study = study_of(request, world);
  const std::string resolved = print_resolved(study.base, study.axes);
  const std::optional<Origin> origin = origin_for(request, study, world);
  const Interruptions::Limits limits = limits_of(request, study);
  const StudyPlan plan = agree_on_plan(study, world);
  settle_memory(plan, study, world);

  // 2. The run folder, held to the end.
  const std::filesystem::path path = run_path(study);
  const std::unique_ptr<RunFolder> folder =
      claim_folder(request, study, origin, resolved, plan, world, log);
  Provenance provenance = collect_provenance(world, request.command_line, resolved);
  if (origin) add_origin(*origin, provenance);
  const Index count = study.count();
  Searches searches(path, study);
  Running running = what_to_run(origin, study, plan, provenance, searches, world);
  const Index to_run = study.is_ensemble() ? count : static_cast<Index>(running.members.size());
  tell_start(running, plan, world.size(), log);

  // 3. Groups of ranks take members one by one.
  const int number = plan.placement.group_of(world.rank());
  Interruptions interruptions(world, leaders_of(plan.placement), path, limits);
  Group group{world.split(number, world.rank()), number,       plan.placement.groups, log,
              Progress(world.is_root(), log),    interruptions};
  on_all(world, [&] {
    if (group.ranks.is_root() && !group.idle()) log.speak(path / "log.txt");
  });
  on_root(world, [&] { folder->write_status({"running", count, count - to_run, ""}); });
  const Index left = run_all(running, plan, world, group);

  // 4. The summary of all.
  const ExitCode code = code_of(group, left > 0, world);
  on_root(world, [&] {
    summarize(running, code, left, log);
    folder->write_status({state_of(code), count, count - left, ""});
  });
  return code;
}

}  // namespace catapult
