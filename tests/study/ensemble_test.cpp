// Trajectories of the warm-up model trained together: like each member by itself.
#include "train/ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "study/gram_start.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

using testing::train_member;
using testing::Trained;
using testing::warm_up_deck;

/// Samples and weights of a member, on every rank.
struct Start {
  SolvableData data;
  std::vector<double> weights;
};

Start start_of(const Deck& deck) {
  const MemberStart<double> start(deck, Communicator::self());
  const auto x = to_host(start.data.train.mine().x), y = to_host(start.data.train.mine().y);
  return {
      {start.data.train.inputs(), {x.data(), x.data() + x.size()}, {y.data(), y.data() + y.size()}},
      gram_factor_of(start.network, start.state.theta)};
}

/// Trains `deck` at all c both ways.
void expect_same(Deck deck, const std::vector<double>& rates, bool lambda, double tolerance) {
  deck.model.representation = "gram";
  const Start start = start_of(deck);
  TrajectoryStarts starts;
  for (const double c : rates) {
    starts.weights.insert(starts.weights.end(), start.weights.begin(), start.weights.end());
    starts.width.push_back(static_cast<double>(deck.model.width));
    starts.rate.push_back(c);
  }
  deck.train.learning_rate_c = rates[0];
  const std::vector<TrajectoryEnd> ends = Ensemble(start.data, deck.train, lambda).train(starts);
  ASSERT_EQ(ends.size(), rates.size());
  for (std::size_t i = 0; i < rates.size(); ++i) {
    deck.train.learning_rate_c = rates[i];
    const Trained member = train_member(deck, Communicator(MPI_COMM_WORLD));
    const TrajectoryEnd& end = ends[i];
    const TrainingResult& result = member.result;
    EXPECT_EQ(static_cast<Outcome>(static_cast<int>(end.outcome)), result.outcome) << rates[i];
    EXPECT_EQ(end.steps, static_cast<double>(result.last.step)) << rates[i];
    EXPECT_EQ(end.step_loss_max, static_cast<double>(result.step_loss_max)) << rates[i];
    EXPECT_NEAR(end.time / result.last.time, 1.0, tolerance) << rates[i];
    EXPECT_NEAR(end.learning_rate / member.learning_rate[0], 1.0, tolerance) << rates[i];
    EXPECT_NEAR(end.lambda_0 * end.learning_rate, rates[i], tolerance);
    EXPECT_NEAR(end.loss_0 / result.first.loss, 1.0, tolerance) << rates[i];
    EXPECT_NEAR(end.loss_max / result.loss_max, 1.0, tolerance) << rates[i];
    EXPECT_NEAR(end.loss_end, result.last.loss, tolerance * (result.last.loss + end.loss_0));
    const bool measured = lambda && result.outcome != Outcome::diverged;
    ASSERT_EQ(std::isfinite(end.lambda_end), measured) << rates[i];
    if (!measured) continue;
    EXPECT_NEAR(end.lambda_end / member.lambda_end, 1.0, tolerance) << rates[i];
  }
}

Deck gaussian_deck(Index inputs, Index samples, Index width) {
  Deck deck = warm_up_deck(width, 3);
  deck.data.source = "gaussian";
  deck.data.inputs = inputs;
  deck.data.outputs = 1;
  deck.data.train_samples = samples;
  return deck;
}

TEST(Ensemble, TrainsLikeMembersByThemselves) {
  for (const Index width : {Index{1}, Index{2}, Index{1000}, Index{1000000000000000000}}) {
    Deck deck = warm_up_deck(width, 3);
    deck.train.stop_steps = 60;
    expect_same(deck, {0.5, 1.9, 2.5, 3.5, 4.2, 20.0}, true, 1e-6);
  }
}

TEST(Ensemble, OfMoreSamplesAndInputsToo) {
  for (const auto& [inputs, samples] : {std::pair{3, 3}, {3, 7}, {3, 2}, {2, 1}, {1, 4}}) {
    for (const Index width : {2, 4, 500}) {
      expect_same(gaussian_deck(inputs, samples, width), {0.5, 2.5, 3.0, 30.0}, true, 1e-9);
    }
  }
}

TEST(Ensemble, KnowsMomentumWeightDecayAndDecayOfTheRate) {
  for (const double momentum : {0.0, 0.6}) {
    Deck deck = gaussian_deck(3, 5, 300);
    deck.train.momentum = momentum;
    deck.train.l2 = 0.02;
    deck.train.decay = {{.step = 12, .learning_rate = 0.02}, {.time = 6.0, .learning_rate = 0.01}};
    expect_same(deck, {0.5, 2.2}, true, 1e-10);
  }
}

TEST(Ensemble, HoldsEveryStopRule) {
  Deck deck = warm_up_deck(1000, 3);
  deck.train.stop_steps = 0;
  deck.train.stop_loss = 1e-4;
  expect_same(deck, {0.5, 2.5, 3.5}, false, 1e-9);
  deck.train.stop_loss = 0.0;
  deck.train.stop_time = 7.0;
  expect_same(deck, {0.5, 2.5}, false, 1e-9);
  deck.train.stop_time = 0.0;
  deck.train.stop_steps = 50;
  deck.train.stop_accuracy = 0.1;  // which one output does not have
  deck.train.diverge_above = 2.0;
  expect_same(deck, {0.5, 2.5, 5.0}, false, 1e-9);
}

TEST(Ensemble, TellsOfMembersWithoutALearningRate) {
  TrainOptions train;
  train.learning_rate_c = 1.0;
  train.stop_steps = 3;
  const Ensemble ensemble({1, {0.0}, {1.0}}, train, true);  // x = 0
  const std::vector<TrajectoryEnd> ends = ensemble.train({{1, 0, 0, 1}, {10}, {1.0}});
  EXPECT_EQ(ends[0].outcome, static_cast<double>(Outcome::failed));
}

}  // namespace
}  // namespace catapult
