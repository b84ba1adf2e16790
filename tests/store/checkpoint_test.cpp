// Members that continue from their checkpoints: bit for bit on the same ranks, to rounding on
// others.
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "harness/world.hpp"
#include "store/checkpoints.hpp"
#include "store/shared_folder.hpp"
#include "study/member.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using testing::SharedFolder;
using testing::world;

struct Seen {
  MemberResult result;
  MemberRecord record;

  std::vector<double> column(const std::string& name) const {
    return column_of(name == "lambda" ? record.kernel() : record.series(), name);
  }
  std::vector<double> hessian() const {
    return column_of(record.quantities().at("hessian"), "lambda");
  }
  /// All of its columns, those of layers among them.
  std::string table(const char* name) const { return to_csv(record.quantities().at(name)); }

 private:
  static std::vector<double> column_of(const Table& table, const std::string& name) {
    std::vector<double> values;
    for (Index row = 0; row < table.rows(); ++row) {
      values.push_back(std::get<double>(table.at(row, name)));
    }
    return values;
  }
};

Seen run(const Deck& deck, const Communicator& ranks, const fs::path& folder) {
  MemberTask task;
  task.deck = deck;
  task.folder = folder;
  task.lambda_0 = 2.0;
  const SignalWatch nothing_asked_yet;
  Seen seen{{}, MemberRecord(deck.measure)};
  Log log(false);
  Progress progress(false, log);
  GroupReport report(false, {});
  Stopwatch stopwatch(0.0);
  Interruptions interruptions(ranks, {0}, folder, {});
  DatasetCache data;
  seen.result = run_member(
      task, ranks, {{}, log, progress, report, stopwatch, interruptions, seen.record, data});
  return seen;
}

Deck deck_with_checkpoint() {
  Deck deck = testing::small_deck();
  deck.train.learning_rate_c = 0.6;
  deck.train.momentum = 0.5;
  deck.train.l2 = 0.01;
  deck.train.stop_steps = 12;
  deck.data.batch = 5;
  deck.measure.kernel_every = 1;
  deck.measure.kernel_batches = 2;
  deck.measure.kernel_samples = 4;
  deck.measure.kernel_at_times = {0.5, 1.4, 2.0};
  deck.measure.curvature = {"ntk", "hessian", "alignment", "critical_rate"};
  deck.checkpoint.at = {5};
  return deck;
}

class Checkpoint : public ::testing::TestWithParam<const char*> {};

TEST_P(Checkpoint, ContinuesBitForBitOnTheSameRanks) {
  const SharedFolder folder("same");
  Deck deck = deck_with_checkpoint();
  deck.model.precision = GetParam();
  deck.measure.tolerance = 1e-5;
  deck.checkpoint.at = {9};  // critical rates have converged before
  const Seen whole = run(deck, world(), folder.path());
  ASSERT_EQ(whole.result.training.last.step, 12);
  const Seen continued = run(deck, world(), folder.path());
  for (const char* name : {"loss", "time", "accuracy", "lambda"}) {
    EXPECT_EQ(continued.column(name), whole.column(name)) << name;
  }
  ASSERT_EQ(whole.hessian().size(), 13);
  EXPECT_EQ(continued.hessian(), whole.hessian());
  EXPECT_EQ(continued.table("alignment"), whole.table("alignment"));
  EXPECT_EQ(continued.table("critical_rate"), whole.table("critical_rate"));
  // Two hidden layers, three tensors of weights.
  EXPECT_THAT(whole.table("alignment"),
              HasSubstr("mean_abs_1,weight_norm_0,weight_norm_1,weight_norm_2,"
                        "cosine_uv\n0,"));
  EXPECT_EQ(continued.result.training.loss_max, whole.result.training.loss_max);
  EXPECT_EQ(continued.result.training.first.loss, whole.result.training.first.loss);
  EXPECT_EQ(continued.result.lambda_end, whole.result.lambda_end);
}

INSTANTIATE_TEST_SUITE_P(Precision, Checkpoint, ::testing::Values("f32", "f64"));

TEST(CheckpointOfAdam, ContinuesBitForBitWithWhatItHasGathered) {
  const SharedFolder folder("adam");
  Deck deck = deck_with_checkpoint();
  deck.train.optimizer = "adam";
  deck.train.momentum = 0.0;
  deck.train.learning_rate_c = 0.0;
  deck.train.learning_rate = 0.02;
  deck.measure.curvature = {"ntk", "preconditioned"};
  const Seen whole = run(deck, world(), folder.path());
  const Seen continued = run(deck, world(), folder.path());
  ASSERT_EQ(whole.column("loss").size(), 13);
  EXPECT_EQ(continued.column("loss"), whole.column("loss"));
  EXPECT_EQ(continued.table("preconditioned"), whole.table("preconditioned"));
}

TEST(CheckpointOfManyRanks, ContinuesOnOneAndTheOtherWayRound) {
  const SharedFolder folder("other");
  const Deck deck = deck_with_checkpoint();
  const Seen whole = run(deck, world(), folder.path());
  const Seen alone = run(deck, Communicator::self(), folder.path());
  Deck turned = deck;
  turned.parallel.sample_ranks = world().size();
  const Seen shared = run(turned, world(), folder.path());
  for (const Seen* other : {&alone, &shared}) {
    const std::vector<double> expected = whole.column("loss"), loss = other->column("loss");
    ASSERT_EQ(loss.size(), expected.size());
    for (std::size_t i = 0; i < loss.size(); ++i) {
      EXPECT_NEAR(loss[i] / expected[i], 1.0, 1e-12) << "row " << i;
      EXPECT_NEAR(other->hessian().at(i) / whole.hessian().at(i), 1.0, 1e-9) << "row " << i;
    }
  }
}

TEST(CheckpointOfManyRanks, HoldsTheSameWeightsWhereverItIsRead) {
  const SharedFolder folder("weights");
  Deck deck = deck_with_checkpoint();
  run(deck, world(), folder.path());
  deck.model.weights = (folder.path() / "checkpoints/step-000000000005.h5").string();
  const MemberStart<double> spread(deck, world()), alone(deck, Communicator::self());
  const auto mine = to_host(spread.state.theta), all = to_host(alone.state.theta);
  for (std::size_t t = 0; t < spread.network.tensors().size(); ++t) {
    const Tensor& part = spread.network.tensors()[t];
    const Tensor& whole = alone.network.tensors()[t];
    Index at = part.offset;
    for (Index row = part.rows.begin; row < part.rows.end; ++row) {
      for (Index column = part.columns.begin; column < part.columns.end; ++column) {
        EXPECT_EQ(mine(at++), all(whole.offset + row * whole.columns.size() + column));
      }
    }
  }
}

TEST(DamagedCheckpoint, IsPassedOverForTheOneBeforeItAndNeverForgotten) {
  const SharedFolder folder("damaged");
  Deck deck = deck_with_checkpoint();
  deck.checkpoint.at = {3, 7};
  const Seen whole = run(deck, world(), folder.path());
  const fs::path newest = folder.path() / "checkpoints/step-000000000007.h5";
  on_root(world(), [&] { fs::resize_file(newest, fs::file_size(newest) - 9); });
  EXPECT_EQ(run(deck, world(), folder.path()).column("loss"), whole.column("loss"));

  on_root(world(), [&] {
    for (const char* step : {"3", "7"}) {
      std::ofstream(folder.path() / "checkpoints" /
                    ("step-00000000000" + std::string(step) + ".h5"))
          << "no checkpoint";
    }
  });
  try {
    run(deck, world(), folder.path());
    FAIL() << "started from scratch";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), HasSubstr("none of the 2 checkpoints"));
  }
}

TEST(CheckpointsOfAMember, AreTheNewestAndTheNamedOnes) {
  const SharedFolder folder("kept");
  Deck deck = deck_with_checkpoint();
  deck.checkpoint = {.every = 2, .at = {4}, .minutes = 0.0, .keep = 2};
  run(deck, world(), folder.path());
  const Checkpoints checkpoints(folder.path(), deck.checkpoint);
  EXPECT_THAT(checkpoints.find(world()), ::testing::ElementsAre(10, 8, 4));
}

TEST(Stop, LeavesACheckpointAndNoRowOfItsStep) {
  const SharedFolder folder("stop");
  const Deck deck = deck_with_checkpoint();
  const Seen whole = run(deck, world(), folder.path() / "whole");
  on_root(world(), [&] {
    fs::create_directories(folder.path() / "broken");
    std::ofstream(folder.path() / "broken/STOP");
  });
  const Seen stopped = run(deck, world(), folder.path() / "broken");
  EXPECT_EQ(stopped.result.training.outcome, Outcome::stopped);
  EXPECT_EQ(stopped.record.series().rows(), stopped.result.training.last.step);
  on_root(world(), [&] { fs::remove(folder.path() / "broken/STOP"); });
  const Seen continued = run(deck, world(), folder.path() / "broken");
  EXPECT_EQ(continued.column("loss"), whole.column("loss"));
  EXPECT_EQ(continued.column("lambda"), whole.column("lambda"));
}

TEST(Signals, AskOnceForACheckpointThenToStopThenToStopNow) {
  const SignalWatch watch;
  EXPECT_EQ(SignalWatch::take(), Request::none);
  std::raise(SIGUSR2);
  EXPECT_EQ(SignalWatch::take(), Request::checkpoint);
  EXPECT_EQ(SignalWatch::take(), Request::none);
  std::raise(SIGUSR1);
  EXPECT_EQ(SignalWatch::take(), Request::stop);
  EXPECT_EQ(SignalWatch::take(), Request::stop);
  std::raise(SIGTERM);
  EXPECT_EQ(SignalWatch::take(), Request::stop_now);
  EXPECT_EQ(SignalWatch::last(), SIGTERM);
}

TEST(Signals, ToOneRankStopAllGroups) {
  const SignalWatch watch;
  const Communicator group = world().split(world().rank(), 0);
  std::vector<int> leaders;
  for (int rank = 0; rank < world().size(); ++rank) leaders.push_back(rank);
  Interruptions interruptions(world(), leaders, "/nonexistent", {});
  EXPECT_EQ(interruptions.poll(group), Request::none);
  world().barrier();
  if (world().rank() == world().size() - 1) std::raise(SIGUSR1);
  while (interruptions.poll(group) < Request::stop) {
  }
  EXPECT_EQ(interruptions.agreed(), Request::stop);
  world().barrier();
}

TEST(TimeLimit, ReadsEveryFormOfSlurm) {
  const std::vector<std::pair<const char*, double>> forms = {
      {"90", 5400.0},     {"2:30", 150.0},       {"1:02:03", 3723.0},
      {"2-03", 183600.0}, {"2-03:04", 183840.0}, {"2-03:04:05", 183845.0},
      {"UNLIMITED", 0.0}, {"0:10", 10.0},        {"  2:30 \n", 150.0}};
  for (const auto& [text, seconds] : forms) {
    EXPECT_EQ(parse_time_limit(text).count(), seconds) << text;
  }
  for (const char* text :
       {"", "  ", "1 2", "soon", "1:2:3:4", "-5", "1-2-3", "99999999999999999999"}) {
    EXPECT_THROW(parse_time_limit(text), UsageError) << text;
  }
}

TEST(TimeLimit, StopsWhereNoFurtherStepWouldFit) {
  const SignalWatch nothing_asked_yet;
  Interruptions tight(world(), {0}, "/nonexistent", {.max_time = process_age()});
  EXPECT_EQ(tight.poll(world()), Request::stop);
  Interruptions loose(world(), {0}, "/nonexistent",
                      {.max_time = process_age() * 2.0 + std::chrono::hours(1)});
  EXPECT_EQ(loose.poll(world()), Request::none);
}

}  // namespace
}  // namespace catapult
