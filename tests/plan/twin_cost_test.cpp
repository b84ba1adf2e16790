// What twins are said to cost against what products count while they are forked, stepped and
// scored.
#include "plan/twin_cost.hpp"

#include <gtest/gtest.h>

#include "linalg/product.hpp"
#include "plan/cost.hpp"
#include "study/training.hpp"
#include "twin/make.hpp"

namespace catapult {
namespace {

/// Fewer samples in a batch than neurons, and fewer still than all.
Deck twin_deck(Index batch) {
  Deck deck = testing::small_deck();
  deck.data.train_samples = 24;
  deck.data.test_samples = 7;
  deck.data.batch = batch;
  deck.train.learning_rate = 1e-2;
  return deck;
}

template <class Action>
double flops_of(const Action& action) {
  const double before = counted_flops();
  action();
  return counted_flops() - before;
}

struct Counted {
  double fork = 0.0, step = 0.0, row = 0.0;
};

/// One rank alone; of a twin's second step, after the first has made its room.
Counted counted(const Deck& deck, TwinKind kind) {
  MemberStart<double> member(deck, Communicator::self());
  BatchStream<double> batches = member.batches();
  const TwinSetting<double> setting{member.network, deck.train, member.order.size(),
                                    batches.same_inputs(), member.data.test};
  std::unique_ptr<Twin<double>> twin;
  const Samples<double> batch = batches.at(0);
  Counted flops;
  flops.fork = flops_of([&] {
    twin = make_twin(kind, setting, fork_state(member.state), batch);
    twin->evaluate(batch);
  });
  twin->step(1e-2);
  flops.step = flops_of([&] {
    twin->evaluate(batch);
    twin->step(1e-2);
  });
  flops.row = flops_of([&] { twin->test_score(); });
  return flops;
}

TwinCost told(const Deck& deck, TwinKind kind) {
  const DataShape data = probe(deck.data);
  return twin_cost(costs_of(deck, data, {}), deck, data, kind);
}

TEST(LinearTwinOfOneBatch, CostsAKernelProductAStep) {
  for (const double momentum : {0.0, 0.5}) {
    Deck deck = twin_deck(0);
    deck.train.momentum = momentum;
    deck.train.l2 = momentum;
    const Counted flops = counted(deck, TwinKind::linear);
    const TwinCost cost = told(deck, TwinKind::linear);
    EXPECT_DOUBLE_EQ(flops.fork, cost.fork.flops);
    EXPECT_DOUBLE_EQ(flops.step, cost.step.flops);
    EXPECT_DOUBLE_EQ(flops.row, cost.row.flops);
  }
}

TEST(LinearTwinOfSgd, CostsAPassThereAndBackAStep) {
  const Deck deck = twin_deck(8);
  const Counted flops = counted(deck, TwinKind::linear);
  const TwinCost cost = told(deck, TwinKind::linear);
  EXPECT_EQ(cost.fork.flops, 0.0);
  EXPECT_DOUBLE_EQ(flops.step, cost.step.flops);
  EXPECT_DOUBLE_EQ(flops.row, cost.row.flops);
}

TEST(QuadraticTwin, CostsAboutTwoPassesThereAndTwoAndAHalfBackAStep) {
  for (const Index batch : {0, 8}) {
    const Deck deck = twin_deck(batch);
    const Counted flops = counted(deck, TwinKind::quadratic);
    const TwinCost cost = told(deck, TwinKind::quadratic);
    EXPECT_NEAR(flops.step, cost.step.flops, 0.2 * flops.step);
    EXPECT_NEAR(flops.row, cost.row.flops, 0.2 * flops.row);
  }
}

/// Twins of `deck` over so many steps, in those of one that is forked at once and not scored.
double lives(const Deck& deck, double steps, const TwinMatrices& matrices = {}) {
  const DataShape data{24, 0, 5, 3};
  const NetworkCosts network = costs_of(deck, data, {});
  const TwinCost one = twin_cost(network, deck, data, TwinKind::linear);
  const double forks = twins_of(deck.linearize, TwinKind::linear, steps) * one.fork.flops;
  return (twins_work(network, deck, data, matrices, steps).flops - forks) / one.step.flops;
}

TEST(Twins, StepToTheEndFromWhereTheyAreForked) {
  Deck deck = twin_deck(0);
  EXPECT_EQ(twins_of(deck.linearize, TwinKind::linear, 10.0), 0.0);
  deck.linearize.at = {0, 4, 10};
  EXPECT_NEAR(lives(deck, 10.0), 10 + 6, 1e-9) << "10 is the last moment";
  deck.linearize.watch = true;  // 0, 1, 2, 3, 4, 6, 8
  EXPECT_EQ(twins_of(deck.linearize, TwinKind::linear, 10.0), 7.0);
  EXPECT_NEAR(lives(deck, 10.0), 10 + 9 + 8 + 7 + 6 + 4 + 2, 1e-9);
}

TEST(Twins, DivergeWhereTheyAreForkedBeforeTheCatapult) {
  Deck deck = twin_deck(0);
  deck.linearize.at = {0, 50};
  deck.train.diverge_above = 1e10;
  deck.train.learning_rate = 0.0;
  deck.train.learning_rate_c = 1.9;
  EXPECT_NEAR(lives(deck, 100.0), 100 + 50, 1e-9);
  deck.train.learning_rate_c = 3.0;  // the loss grows by 4 a step
  EXPECT_NEAR(lives(deck, 100.0), std::log(1e10) / std::log(4.0) + 50, 1e-9);
}

TEST(Twins, StepWithoutProductsOnceTheyHoldTheirKernel) {
  Deck deck = twin_deck(0);
  deck.linearize.at = {0, 20, 40, 97};
  TwinMatrices matrices;
  matrices.most = 2;
  matrices.after = 10;
  EXPECT_NEAR(lives(deck, 100.0, matrices), 10 + 10 + 60 + 3, 1e-9);
  deck.linearize.at = {97};
  EXPECT_NEAR(lives(deck, 100.0, matrices), 3, 1e-9) << "too young";
}

/// A step's kernel product goes through `width` neurons twice, a pass over the 240 x 240 kernel
/// does not.
TEST(Twins, HoldTheirKernelWhereThatPays) {
  Deck deck = twin_deck(0);
  const DataShape data{24, 0, 5, 10};
  const auto matrices = [&](Index width, const GridShape& grid) {
    deck.model.widths = {width, width};
    return twin_matrices(deck, data, grid, RankKind::core);
  };
  EXPECT_EQ(matrices(1024, {}).most, 0) << "there are no twins";
  deck.linearize.at = {0};
  EXPECT_EQ(matrices(8, {}).most, 0) << "products are cheap";
  const TwinMatrices one = matrices(1024, {}), spread = matrices(1024, {2, 2});
  EXPECT_GT(one.most, 0);
  EXPECT_GT(one.after, 1);
  EXPECT_EQ(one.bytes, 8.0 * 240 * 240);
  EXPECT_EQ(spread.bytes, one.bytes / 4.0);
  deck.data.batch = 8;
  EXPECT_EQ(matrices(1024, {}).most, 0) << "the batches differ";
}

}  // namespace
}  // namespace catapult
