#include "study/run.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/work_queue.hpp"
#include "deck/print.hpp"
#include "study/agree.hpp"
#include "study/member.hpp"
#include "study/plan.hpp"
#include "study/run_folder.hpp"
#include "study/summary.hpp"

namespace catapult {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// What all ranks know while the members run.
struct Running {
  const Study& study;
  std::filesystem::path folder;
  Provenance provenance;
  std::vector<Index> members;    ///< still to run, longest first
  std::vector<double> lambda_0;  ///< of every member; NaN where not measured
};

/// The ranks that work on one member, and what they say.
struct Group {
  Communicator ranks;
  bool idle = false;
  Log& log;
  Progress progress;
  ExitCode code = ExitCode::finished;  ///< of the last failure

  void failed(const std::string& what, const Error& error) {
    progress.clear();
    log.error("{} failed: {}", what, error.what());
    if (code == ExitCode::finished) code = error.code();
  }
};

int ranks_of_this_node(const Communicator& world) {
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(world.get(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  int size = 1;
  MPI_Comm_size(node, &size);
  MPI_Comm_free(&node);
  return size;
}

/// Members that have no result yet, longest first. Rank 0 looks; collective.
std::vector<Index> members_to_run(const Study& study, const StudyPlan& plan,
                                  const std::filesystem::path& folder, const Communicator& world) {
  std::vector<Index> members;
  on_root(world, [&] {
    for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
      const std::string outcome = recorded_outcome(member_folder(folder, member));
      if (outcome.empty() || outcome == name_of(Outcome::failed)) members.push_back(member);
    }
    std::stable_sort(members.begin(), members.end(), [&](Index a, Index b) {
      return plan.costs[static_cast<std::size_t>(a)].total_flops >
             plan.costs[static_cast<std::size_t>(b)].total_flops;
    });
  });
  auto count = static_cast<Index>(members.size());
  world.broadcast(&count, 1);
  members.resize(static_cast<std::size_t>(count));
  world.broadcast(members.data(), count);
  return members;
}

/// Calls work(i) for i in [0, count), each on the group that is free next. Collective over `world`.
template <class Work>
void share_work(const Communicator& world, const Group& group, Index count, const Work& work) {
  WorkQueue queue(world);
  if (group.idle) return;
  for (Index i = queue.next(group.ranks); i < count; i = queue.next(group.ranks)) work(i);
}

double positive_lambda_0(const Deck& deck, const Communicator& ranks) {
  const double value = measure_lambda_0(deck, ranks);
  if (value > 0.0) return value;
  throw NumericalError(fmt::format(
      "lambda_0 is {} and cannot set the learning rate; give train.learning_rate", value));
}

/// lambda_0 of the members whose learning rate depends on it, once per distinct initialization.
/// Members for which it fails are not run.
void measure_initial_kernels(Running& running, const Communicator& world, Group& group) {
  std::map<std::string, std::vector<Index>> sharing;
  for (const Index member : running.members) {
    const Deck& deck = running.study.members[static_cast<std::size_t>(member)];
    if (deck.train.learning_rate_c > 0.0) sharing[initialization_key(deck)].push_back(member);
  }
  std::vector<std::vector<Index>> distinct;
  for (const auto& [key, members] : sharing) distinct.push_back(members);
  std::sort(distinct.begin(), distinct.end());
  std::vector<double> values(distinct.size(), 0.0);
  share_work(world, group, static_cast<Index>(distinct.size()), [&](Index i) {
    const auto place = static_cast<std::size_t>(i);
    const Deck& deck = running.study.members[static_cast<std::size_t>(distinct[place][0])];
    double value = unknown;
    try {
      group.progress.show("measuring lambda_0");
      value = positive_lambda_0(deck, group.ranks);
    } catch (const Error& error) {
      group.failed("measuring lambda_0", error);
    }
    if (group.ranks.is_root()) values[place] = value;
  });
  world.sum(values.data(), static_cast<Index>(values.size()));
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    for (const Index member : distinct[i]) {
      running.lambda_0[static_cast<std::size_t>(member)] = values[i];
    }
    if (std::isfinite(values[i])) continue;
    for (const Index member : distinct[i]) std::erase(running.members, member);
  }
}

/// Trains one member and writes what it measured, also where it fails on the way.
void run_and_record(const Running& running, Index member, Group& group) {
  const auto place = static_cast<std::size_t>(member);
  const Study& study = running.study;
  const MemberTask task{member, study.members[place], running.lambda_0[place],
                        member_folder(running.folder, member)};
  const std::string name = fmt::format("member {:04}", member);
  Provenance provenance = running.provenance;
  provenance.emplace_back("member_deck", print_resolved(task.deck, {}));
  MemberRecord record(task.deck.measure.eigenvalues);
  std::vector<Cell> row = unfinished_row(study, member, name_of(Outcome::failed));
  try {
    const MemberResult result = run_member(task, group.ranks, provenance, group.progress, record);
    row = summary_row(study, member, result);
    group.progress.clear();
    group.log.info("{}: {} after {} steps, eta {:.4g}, c {:.4g}, loss {:.4g}", name,
                   name_of(result.training.outcome), result.training.last.step,
                   result.learning_rate, result.c, result.training.last.loss);
  } catch (const Error& error) {
    group.failed(name, error);
  }
  try {
    on_root(group.ranks, [&] {
      Table summary = empty_summary(study);
      summary.append(row);
      record.write(task.folder, summary, provenance);
    });
  } catch (const Error& error) {
    group.failed(name, error);
  }
}

std::string number(const Cell& cell) { return fmt::format("{:.4g}", std::get<double>(cell)); }

/// The summary as lines of the log.
void tell_summary(const Study& study, const Table& summary, Log& log) {
  for (Index row = 0; row < summary.rows(); ++row) {
    const std::string phase = std::get<std::string>(summary.at(row, "phase"));
    const std::string keys = study.swept_values(static_cast<std::size_t>(row));
    log.info("  {}  {:<10} c {:>6}  eta {:>8}  loss {:>9}  lambda {:>8}  {}",
             std::get<std::string>(summary.at(row, "member")),
             phase.empty() ? std::get<std::string>(summary.at(row, "outcome")) : phase,
             number(summary.at(row, "c")), number(summary.at(row, "learning_rate")),
             number(summary.at(row, "loss_end")), number(summary.at(row, "lambda_end")), keys);
  }
}

}  // namespace

ExitCode run_study(const RunRequest& request, const Communicator& world, Log& log) {
  // 1. What is to be done, and can it be?
  const Study study = agree_on_study(request.deck, request.settings, world);
  const std::string resolved = print_resolved(study.base, study.axes);
  const int ranks_of_node = ranks_of_this_node(world);
  StudyPlan plan;
  on_root(world, [&] { plan = plan_study(study, world.size(), ranks_of_node); });
  const auto count = static_cast<Index>(study.members.size());
  plan.placement = place_members(study.base, world.size(), count);

  // 2. The run folder, held to the end.
  const std::filesystem::path path = run_path(study);
  std::optional<RunFolder> folder;
  on_root(world, [&] {
    folder.emplace(path, study.source_text, resolved,
                   request.anew ? RunFolder::Resume::never : RunFolder::Resume::automatic);
    log.also_to(path / "log.txt");
  });
  Running running{study, path, collect_provenance(world, request.command_line, resolved),
                  members_to_run(study, plan, path, world),
                  std::vector<double>(study.members.size(), unknown)};
  const auto to_run = static_cast<Index>(running.members.size());
  log.info("study {}: {} members ({} done before) on {} ranks, {} at once; run folder {}",
           study.base.study.name, count, count - to_run, world.size(), plan.placement.groups,
           path.string());

  // 3. Groups of ranks take members one by one.
  const bool idle = plan.placement.idle(world.rank());
  Group group{world.split(plan.placement.group_of(world.rank()), world.rank()), idle, log,
              Progress(world.is_root(), log)};
  if (group.ranks.is_root() && !idle) log.speak(path / "log.txt");
  const auto write_status = [&](const std::string& state, Index finished) {
    on_root(world, [&] { folder->write_status({state, count, finished, ""}); });
  };
  write_status("running", count - to_run);
  measure_initial_kernels(running, world, group);
  share_work(world, group, static_cast<Index>(running.members.size()), [&](Index i) {
    run_and_record(running, running.members[static_cast<std::size_t>(i)], group);
  });
  const auto code = static_cast<ExitCode>(
      static_cast<int>(world.max(static_cast<double>(static_cast<int>(group.code)))));

  // 4. The summary of all.
  on_root(world, [&] {
    const Table summary = write_summary(path, study, running.provenance);
    tell_summary(study, summary, log);
  });
  write_status(code == ExitCode::finished ? "finished" : "failed", count);
  return code;
}

}  // namespace catapult
