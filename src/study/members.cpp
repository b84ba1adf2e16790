#include "study/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/work_queue.hpp"
#include "deck/print.hpp"
#include "store/checkpoints.hpp"
#include "study/member.hpp"

namespace catapult {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Calls work(i) for i in [0, count), each on the group that is free next, until all are done or a
/// stop is asked for. Collective over `world`.
template <class Work>
void share_work(const Communicator& world, Group& group, Index count, const Work& work) {
  WorkQueue queue(world, group.number, group.groups);
  if (!group.idle()) {
    while (group.interruptions.poll(group.ranks) < Request::stop) {
      const Index i = queue.next(group.ranks);
      if (i >= count) break;
      work(i);
    }
  }
  world.barrier([&] { group.interruptions.wait(); });
}

double positive_lambda_0(Deck deck, const std::optional<Origin>& origin, Group& group) {
  if (origin) deck.model.weights = origin->checkpoint;
  const double value = measure_lambda_0(deck, group.ranks, group.data);
  if (value > 0.0) return value;
  throw NumericalError(fmt::format(
      "lambda_0 is {} and cannot set the learning rate; give train.learning_rate", value));
}

/// Members that need a lambda_0, those that share it together: not those that a checkpoint
/// continues, nor one that goes on from another run, which know theirs. Collective over `world`.
std::vector<std::vector<Index>> distinct_initializations(const Running& running,
                                                         const Communicator& world) {
  const bool knows_lambda_0 = running.origin && running.origin->goes_on;
  std::map<std::string, std::vector<Index>> sharing;
  for (const Index member : running.members) {
    const Deck& deck = running.study.members[static_cast<std::size_t>(member)];
    if (deck.train.learning_rate_c == 0.0 || knows_lambda_0) continue;
    const Checkpoints checkpoints(member_folder(running.folder, {member}), deck.checkpoint);
    if (!checkpoints.find(world).empty()) continue;
    sharing[initialization_key(deck)].push_back(member);
  }
  std::vector<std::vector<Index>> distinct;
  for (const auto& [key, members] : sharing) distinct.push_back(members);
  std::sort(distinct.begin(), distinct.end());
  return distinct;
}

/// `taken`: by this run of the program, without what it measured for several members together.
void tell_end(const std::string& name, const MemberResult& result, Interruptions::Seconds taken,
              Group& group) {
  group.progress.clear();
  group.log.info("{}: {} after {} steps, eta {:.4g}, c {:.4g}, loss {:.4g}, in {:.3g} s", name,
                 name_of(result.training.outcome), result.training.last.step, result.learning_rate,
                 result.c, result.training.last.loss, taken.count());
  if (!result.finding.empty()) group.log.info("{}: {}", name, result.finding);
}

/// Trains `deck` and writes what it measured. Whether it was finished, the same on all ranks of the
/// group.
bool run_and_record(const Running& running, const MemberId& id, const Deck& deck, Group& group) {
  const Study& study = running.study;
  const std::string name = fmt::format("member {}", name_of(id));
  const MemberTask task{name, deck, running.lambda_0[static_cast<std::size_t>(id.member)],
                        member_folder(running.folder, id),
                        running.origin ? &*running.origin : nullptr};
  Provenance provenance = running.provenance;
  Deck portable = deck;  // commands that start from its checkpoints have ranks of their own
  portable.parallel = {};
  portable.study.members_at_once = 0;
  provenance.emplace_back("member_deck", print_resolved(portable, {}));
  MemberRecord record(deck.measure);
  std::vector<Cell> row = unfinished_row(study, id, name_of(Outcome::failed));
  bool finished = false;
  const auto begin = Clock::now();
  try {
    const MemberResult result = run_member(
        task, group.ranks,
        {provenance, group.log, group.progress, group.interruptions, record, group.data});
    tell_end(name, result, Clock::now() - begin, group);
    // Not finished: if it was the last one, the same command line writes it once there is room.
    if (!result.lost_checkpoint.empty()) throw OutputError(result.lost_checkpoint);
    row = summary_row(study, id, result, deck.train.momentum);
    finished = is_finished(name_of(result.training.outcome));
  } catch (const Error& error) {
    group.failed(name, error);
    // Nothing was measured, and what an earlier run has left is not replaced by nothing.
    if (error.code() == ExitCode::data) return false;
  }
  try {
    on_root(group.ranks, [&] {
      Table summary = empty_summary(study);
      summary.append(row);
      record.write_files(task.folder, summary, provenance);
    });
  } catch (const Error& error) {
    group.failed(name, error);
    return false;
  }
  return finished;
}

/// Trains until the boundaries of `member` are known, a stop is asked for or a trial fails.
void search(const Running& running, Index member, Group& group) {
  const Deck& deck = running.study.members[static_cast<std::size_t>(member)];
  while (group.interruptions.poll(group.ranks) < Request::stop) {
    double next[2] = {0.0, unknown};  // trials done, c of the next one
    try {
      on_root(group.ranks, [&] {
        const Search& known = running.searches.of(member);
        next[0] = static_cast<double>(known.trials.size());
        next[1] = known.next.value_or(unknown);
      });
    } catch (const Error& error) {
      return group.failed(fmt::format("the search of member {:04}", member), error);
    }
    group.ranks.broadcast(next, 2);
    if (std::isnan(next[1])) return;
    const MemberId trial{member, static_cast<Index>(next[0])};
    if (!run_and_record(running, trial, deck_at(deck, next[1]), group)) return;
  }
}

}  // namespace

void Group::failed(const std::string& what, const Error& error) {
  progress.clear();
  log.error("{} failed: {}", what, error.what());
  if (code == ExitCode::finished) code = error.code();
}

std::vector<Index> members_to_run(const Study& study, const StudyPlan& plan,
                                  const std::filesystem::path& folder, Searches& known,
                                  const Communicator& world) {
  std::vector<Index> members;
  on_root(world, [&] {
    for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
      const bool done = searches(study)
                            ? !known.of(member).next
                            : is_finished(recorded_outcome(member_folder(folder, {member})));
      if (!done) members.push_back(member);
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

void share_data(const Running& running, const Communicator& world, Group& group) {
  if (running.members.empty()) return;
  const auto first = static_cast<std::size_t>(running.members.front());
  const bool leads = group.ranks.is_root() && !group.idle();
  const Communicator alike = world.split(leads ? 1 : 0, world.rank());
  if (leads) group.data.share(running.study.members[first].data, alike);
}

void measure_initial_kernels(Running& running, const Communicator& world, Group& group) {
  const std::vector<std::vector<Index>> distinct = distinct_initializations(running, world);
  std::vector<double> values(distinct.size(), 0.0);
  share_work(world, group, static_cast<Index>(distinct.size()), [&](Index i) {
    const auto place = static_cast<std::size_t>(i);
    const Deck& deck = running.study.members[static_cast<std::size_t>(distinct[place][0])];
    double value = unknown;
    try {
      group.progress.show("measuring lambda_0");
      value = positive_lambda_0(deck, running.origin, group);
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
    if (values[i] > 0.0) continue;  // not: failed, or stopped before
    for (const Index member : distinct[i]) std::erase(running.members, member);
  }
}

void run_members(const Running& running, const Communicator& world, Group& group) {
  share_work(world, group, static_cast<Index>(running.members.size()), [&](Index i) {
    const Index member = running.members[static_cast<std::size_t>(i)];
    if (searches(running.study)) return search(running, member, group);
    run_and_record(running, {member}, running.study.members[static_cast<std::size_t>(member)],
                   group);
  });
}

}  // namespace catapult
