#include "study/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/work_queue.hpp"
#include "linalg/memory.hpp"
#include "record/readable.hpp"
#include "study/ensemble_start.hpp"
#include "study/ensemble_summary.hpp"

namespace catapult {
namespace {

constexpr Index end_numbers = sizeof(TrajectoryEnd) / sizeof(double);

/// What a rank has trained of a part.
struct Trained {
  std::vector<Index> begins;  ///< of its blocks, each of members [begin, begin + block)
  std::vector<TrajectoryEnd> ends;
};

/// Blocks are many times more than ranks, so that all have work to the end: what diverges is done
/// at once, what hardly moves takes all its steps. Between two of them a stop is seen.
Index block_size(const Study& study, int ranks) {
  constexpr Index blocks_of_rank = 64, largest = Index{1} << 16;
  constexpr double steps_at_once = 4e7, steps_unknown = 1e4;  // about a second of one core
  double steps = 0.0;
  for (const Deck& part : study.parts) {
    const auto most = static_cast<double>(part.train.stop_steps);
    steps = std::max(steps, most > 0.0 ? most : steps_unknown);
  }
  const double threads = Execution().concurrency();
  const auto by_time = static_cast<Index>(threads * std::max(1.0, steps_at_once / steps));
  return std::clamp(std::min(study.count() / (blocks_of_rank * ranks), by_time), Index{1}, largest);
}

/// Hands the blocks of one part after another to whoever is free.
class Blocks {
 public:
  Blocks(const Study& study, Index of_part, const Communicator& world, const Group& group)
      : of_part_(of_part),
        block_(block_size(study, world.size())),
        queue_(world, group.number, group.groups),
        next_(queue_.next(group.ranks)) {}

  /// The next block of part `number`, empty where there is none left.
  Block take(Index number, const Group& group) {
    const Index blocks = (of_part_ - 1) / block_ + 1, place = next_ - number * blocks;
    if (place >= blocks) return {};
    next_ = queue_.next(group.ranks);
    return {place * block_, std::min(of_part_, (place + 1) * block_)};
  }
  Block from(Index begin) const { return {begin, std::min(of_part_, begin + block_)}; }

 private:
  Index of_part_, block_;
  WorkQueue queue_;
  Index next_;
};

Trained train_blocks(const EnsemblePart& part, Index number, const EnsembleStart& start,
                     Blocks& blocks, Index members, Group& group) {
  const Ensemble ensemble(start.data(), part.deck().train, part.deck().measure.kernel_every > 0);
  Trained trained;
  const Timed steps(group.stopwatch, TimePart::steps);
  while (group.interruptions.poll(group.ranks) < Request::stop) {
    const Block block = blocks.take(number, group);
    if (block.size() == 0) break;
    if (group.progress.due()) {
      group.progress.show(
          fmt::format("about {} of {} members", number * part.size() + block.begin, members));
    }
    group.report.show({});
    const std::vector<TrajectoryEnd> ends = ensemble.train(start.of(part, block));
    group.report.finish(block.size());
    trained.begins.push_back(block.begin);
    trained.ends.insert(trained.ends.end(), ends.begin(), ends.end());
  }
  return trained;
}

/// The ends of one rank to where they belong in those of the study.
void place(const Trained& trained, const EnsemblePart& part, const Blocks& blocks,
           std::vector<TrajectoryEnd>& all) {
  auto end = trained.ends.begin();
  for (const Index begin : trained.begins) {
    const Block block = blocks.from(begin);
    for (Index i = block.begin; i < block.end; ++i) {
      all[static_cast<std::size_t>(part[i].member)] = *end++;
    }
  }
}

/// On rank 0 the ends of all ranks, one rank after another. Collective.
void gather(Trained& mine, const EnsemblePart& part, const Blocks& blocks,
            const Communicator& world, std::vector<TrajectoryEnd>& all) {
  Index counts[2] = {static_cast<Index>(mine.begins.size()), static_cast<Index>(mine.ends.size())};
  const auto numbers = [](Trained& trained) {
    return reinterpret_cast<double*>(trained.ends.data());  // a struct of doubles alone
  };
  if (!world.is_root()) {
    world.start_send(counts, 2, 0).wait();
    world.start_send(mine.begins.data(), counts[0], 0).wait();
    world.start_send(numbers(mine), counts[1] * end_numbers, 0).wait();
    return;
  }
  place(mine, part, blocks, all);
  for (int rank = 1; rank < world.size(); ++rank) {
    world.receive(counts, 2, rank);
    Trained other{std::vector<Index>(static_cast<std::size_t>(counts[0])),
                  std::vector<TrajectoryEnd>(static_cast<std::size_t>(counts[1]))};
    world.receive(other.begins.data(), counts[0], rank);
    world.receive(numbers(other), counts[1] * end_numbers, rank);
    place(other, part, blocks, all);
  }
}

/// Why some have none, if any.
std::string failure_of(const std::vector<TrajectoryEnd>& ends) {
  const auto failed = std::count_if(ends.begin(), ends.end(), [](const TrajectoryEnd& end) {
    return end.outcome == static_cast<double>(Outcome::failed);
  });
  if (failed == 0) return "";
  return fmt::format(
      "lambda_0 of {} members is not above 0 and cannot set their learning rate; give "
      "train.learning_rate",
      failed);
}

/// What became of all members, on rank 0; nothing where a stop was asked for. Collective.
std::vector<TrajectoryEnd> train_members(const Study& study, const Communicator& world,
                                         Group& group) {
  std::vector<TrajectoryEnd> all(world.is_root() ? static_cast<std::size_t>(study.count()) : 0);
  Blocks blocks(study, EnsemblePart(study, 0).size(), world, group);
  for (std::size_t number = 0; number < study.parts.size(); ++number) {
    const EnsemblePart part(study, number);
    const EnsembleStart start(part, world, group.data);
    Trained mine =
        train_blocks(part, static_cast<Index>(number), start, blocks, study.count(), group);
    const Timed waiting(group.stopwatch, TimePart::waiting);
    world.barrier([&] { group.interruptions.wait(); });
    const bool stopped = group.interruptions.agreed() >= Request::stop;
    if (world.max(stopped ? 1.0 : 0.0) > 0.0) return {};
    gather(mine, part, blocks, world, all);
  }
  return all;
}

}  // namespace

EnsembleEnd run_ensemble(const Study& study, const std::filesystem::path& folder,
                         const Provenance& provenance, const Communicator& world, Group& group) {
  EnsembleEnd end;
  on_root(world, [&] {
    end.summary = read_ensemble_summary(folder, study);
    group.log.info("study {}: an ensemble of {} members{} on {}; run folder {}",
                   study.base.study.name, study.count(), end.summary ? ", done before," : "",
                   counted(world.size(), "rank"), folder.string());
  });
  if (world.max(end.summary ? 1.0 : 0.0) > 0.0) return end;
  const std::vector<TrajectoryEnd> ends = train_members(study, world, group);
  group.progress.clear();
  if (world.max(ends.empty() ? 0.0 : 1.0) == 0.0) return {study.count(), std::nullopt};
  const Timed output(group.stopwatch, TimePart::output);
  on_root(world, [&] {
    end.summary = write_ensemble_summary(folder, study, ends, provenance);
    const std::string failure = failure_of(ends);
    if (!failure.empty()) group.failed("the ensemble", NumericalError(failure));
  });
  return end;
}

}  // namespace catapult
