#include "study/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/unknown.hpp"
#include "base/work_queue.hpp"
#include "deck/print.hpp"
#include "store/checkpoints.hpp"
#include "study/member.hpp"
#include "study/narration.hpp"

namespace catapult {
namespace {

using Clock = std::chrono::steady_clock;

/// Calls work(i) for i in [0, count), each on the group that is free next, until all are done or a
/// stop is asked for. Collective over `world`.
template <class Work>
void share_work(const Communicator& world, Group& group, Index count, const Work& work) {
  const Timed waiting(group.stopwatch, TimePart::waiting);
  WorkQueue queue(world, group.number, group.groups);
  if (!group.idle()) {
    while (group.interruptions.poll(group.ranks) < Request::stop) {
      const Index i = queue.next(group.ranks);
      if (i >= count) break;
      const Timed start(group.stopwatch, TimePart::start);
      work(i);
    }
  }
  group.report.end();
  world.barrier([&] { group.interruptions.wait(); });
}

double positive_lambda_0(Deck deck, const std::optional<Origin>& origin, Group& group) {
  if (origin) deck.model.weights = origin->checkpoint;
  const double value = measure_lambda_0(deck, group.ranks, group.data, group.stopwatch);
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

void tell_end(const MemberTask& task, const std::string& how, const MemberResult& result,
              std::chrono::duration<double> taken, Group& group) {
  group.progress.clear();
  group.log.info("{}", member_line(task.name, how, result, taken.count(), task.status.swept));
  if (!result.finding.empty()) group.log.info("{}: {}", task.name, result.finding);
}

/// Of a training of `deck`, by itself or as member `id` of a search.
MemberTask task_of(const Running& running, const MemberId& id, const Deck& deck) {
  const std::string name = name_of(id);
  return {fmt::format("member {}", name),
          {.name = name,
           .swept = swept_words(running.study, id.member),
           .steps = deck.train.stop_steps},
          deck,
          running.lambda_0[static_cast<std::size_t>(id.member)],
          member_folder(running.folder, id),
          running.origin ? &*running.origin : nullptr};
}

/// With the deck of the member alone: commands that start from its checkpoints have ranks of their
/// own.
Provenance provenance_of(const Running& running, Deck deck) {
  Provenance provenance = running.provenance;
  deck.parallel = {};
  deck.study.members_at_once = 0;
  provenance.emplace_back("member_deck", print_resolved(deck, {}));
  return provenance;
}

/// Trains `deck` and writes what it measured. Whether it was finished, the same on all ranks of the
/// group.
bool run_and_record(const Running& running, const MemberId& id, const Deck& deck, Group& group) {
  const Study& study = running.study;
  const MemberTask task = task_of(running, id, deck);
  const Provenance provenance = provenance_of(running, deck);
  MemberRecord record(deck.measure);
  std::vector<Cell> row = unfinished_row(study, id, name_of(Outcome::failed));
  std::string how = name_of(Outcome::failed);
  bool finished = false, nothing_measured = false;
  const auto begin = Clock::now();
  group.report.begin(task.status);
  try {
    const MemberResult result =
        run_member(task, group.ranks,
                   {provenance, group.log, group.progress, group.report, group.stopwatch,
                    group.interruptions, record, group.data});
    const std::string outcome = name_of(result.training.outcome);
    how = ending(phase_of(result, deck.train.momentum), outcome);
    tell_end(task, how, result, Clock::now() - begin, group);
    // Not finished: if it was the last one, the same command line writes it once there is room.
    if (!result.lost_checkpoint.empty()) throw OutputError(result.lost_checkpoint);
    row = summary_row(study, id, result, deck.train.momentum);
    finished = is_finished(outcome);
  } catch (const Error& error) {
    group.failed(task.name, error);
    how = name_of(Outcome::failed);
    nothing_measured = error.code() == ExitCode::data;
  }
  group.report.count(how);
  if (nothing_measured) return false;  // and what an earlier run has left is not replaced by it
  const Timed output(group.stopwatch, TimePart::output);
  try {
    on_root(group.ranks, [&] {
      Table summary = empty_summary(study);
      summary.append(row);
      record.write_files(task.folder, summary, provenance);
    });
  } catch (const Error& error) {
    group.failed(task.name, error);
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
    if (std::isnan(next[1])) return group.report.finish(1);
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

Remaining members_to_run(const Study& study, const StudyPlan& plan,
                         const std::filesystem::path& folder, Searches& known,
                         const Communicator& world) {
  Remaining remaining;
  std::vector<Index>& members = remaining.members;
  on_root(world, [&] {
    for (Index member = 0; member < static_cast<Index>(study.members.size()); ++member) {
      if (searches(study)) {
        if (known.of(member).next) members.push_back(member);
        continue;
      }
      const RecordedEnd end = recorded_end(member_folder(folder, {member}));
      if (is_finished(end.outcome)) {
        ++remaining.ended[ending(end.phase, end.outcome)];
      } else {
        members.push_back(member);
      }
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
  return remaining;
}

void share_data(const Running& running, const Communicator& world, Group& group) {
  if (running.members.empty()) return;
  const auto first = static_cast<std::size_t>(running.members.front());
  const Communicator alike = world.split(group.leads() ? 1 : 0, world.rank());
  if (group.leads()) group.data.share(running.study.members[first].data, alike);
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
      group.report.begin({.name = name_of({distinct[place][0]}), .swept = "measuring lambda_0"});
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
    const Deck& deck = running.study.members[static_cast<std::size_t>(member)];
    if (run_and_record(running, {member}, deck, group)) group.report.finish(1);
  });
}

}  // namespace catapult
