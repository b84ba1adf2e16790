// lambda_0 as it is estimated before a run against what the run measures.
#include "plan/lambda_estimate.hpp"

#include <gtest/gtest.h>

#include "plan/cost.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

/// Wider than what is measured for an estimate, on more samples.
Deck wide_deck() {
  Deck deck = testing::small_deck();
  deck.data.inputs = 10;
  deck.data.train_samples = 400;
  deck.data.test_samples = 3;
  deck.model.widths = {};
  deck.model.width = 1500;
  deck.model.depth = 2;
  deck.model.precision = "f32";
  deck.measure.tolerance = 1e-4;
  deck.train.learning_rate_c = 1.0;
  deck.train.stop_steps = 0;
  deck.train.stop_time = 10.0;
  return deck;
}

double measured(const Deck& deck) {
  const MemberStart<float> member(deck, Communicator::self());
  return member.kernel_probe(deck.measure).measure(member.state.theta).lambda;
}

LambdaEstimate estimated(const Deck& deck) { return LambdaEstimator().of(deck, probe(deck.data)); }

TEST(LambdaEstimate, IsNearWhatARunMeasures) {
  for (const char* parametrization : {"ntk", "standard", "mup"}) {
    Deck deck = wide_deck();
    deck.model.parametrization = parametrization;
    const LambdaEstimate estimate = estimated(deck);
    const double lambda = measured(deck);
    EXPECT_NEAR(estimate.value, lambda, 0.25 * lambda) << parametrization;
    EXPECT_EQ(estimate.width, 512);
    EXPECT_EQ(estimate.samples, 256);
  }
}

TEST(LambdaEstimate, IsWeightedByTheLoss) {
  Deck deck = wide_deck();
  deck.train.loss = "cross_entropy";
  const double lambda = measured(deck);
  EXPECT_NEAR(estimated(deck).value, lambda, 0.25 * lambda);
}

TEST(LambdaEstimate, OfANarrowNetworkIsOfItsOwn) {
  Deck deck = wide_deck();
  deck.data.train_samples = 50;
  deck.model.width = 30;
  deck.model.seed = 0;
  EXPECT_NEAR(estimated(deck).value, measured(deck), 0.1 * measured(deck));
}

TEST(LambdaEstimate, IsTakenOnceForAllSeedsAndLearningRates) {
  LambdaEstimator estimator;
  Deck deck = wide_deck();
  const DataShape data = probe(deck.data);
  const double first = estimator.of(deck, data).value;
  deck.model.seed = 77;
  deck.train.learning_rate_c = 3.0;
  EXPECT_EQ(estimator.of(deck, data).value, first);
  deck.model.sigma_w = 1.0;
  EXPECT_NE(estimator.of(deck, data).value, first);
}

TEST(LambdaEstimate, IsNotHadOfWhatTakesLong) {
  Deck deck = wide_deck();
  deck.model.depth = 500;
  EXPECT_EQ(estimated(deck).value, 0.0);
  deck.model.depth = 2;
  deck.model.weights = "some.h5";
  EXPECT_EQ(estimated(deck).value, 0.0);
}

TEST(StepsToStopTime, AreThoseAtTheEstimatedLearningRate) {
  Deck deck = wide_deck();
  StartingPoint start;
  EXPECT_EQ(steps_of(deck.train, start), 1000.0);
  start.lambda.value = 4.0;
  EXPECT_DOUBLE_EQ(steps_of(deck.train, start), 40.0);
  const MemberCost cost = cost_of(deck, probe(deck.data), {}, machine_of_build(), start);
  EXPECT_DOUBLE_EQ(cost.steps, 40.0);
  EXPECT_FALSE(cost.steps_assumed);
  EXPECT_EQ(cost.lambda.value, 4.0);
  deck.train.decay = {{.time = 5.0, .learning_rate = 0.5}};
  EXPECT_DOUBLE_EQ(steps_of(deck.train, start), 20.0 + 10.0);
  deck.train.follow_lambda = true;  // eta does not stay there
  EXPECT_EQ(steps_of(deck.train, start), 1000.0);
}

struct Counted {
  double c;
  Index every;
  double tolerance, measurements, products;  // a measurement
};

TEST(ProductsThatFollow, AreAboutThoseThatRunsTook) {
  const Counted runs[] = {
      {1.0, 1, 1e-4, 99, 1.54},  {4.0, 1, 1e-4, 99, 2.32},  // inputs/quickstart.toml
      {0.25, 5, 1e-4, 53, 2.68}, {3.0, 5, 1e-4, 18, 5.50},  // inputs/paper/fig3abc.toml, --short
      {4.0, 4, 1e-4, 8, 8.62},   {20.0, 4, 1e-4, 3, 11.3},  // inputs/paper/figS8a.toml, --short
      {3.0, 1, 1e-7, 30, 8.57},                             // inputs/asymptotics/real_networks.toml
  };
  for (const Counted& run : runs) {
    Deck deck;
    deck.train.learning_rate_c = run.c;
    deck.measure.kernel_every = run.every;
    deck.measure.tolerance = run.tolerance;
    EXPECT_NEAR(products_that_follow(deck, run.measurements), run.products, 0.3 * run.products)
        << "c = " << run.c << ", " << run.measurements << " measurements";
  }
}

}  // namespace
}  // namespace catapult
