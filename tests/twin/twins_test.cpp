// What twins must do whatever the network: stay with a linear one, diverge at the predicted rate,
// approach the network as it widens, survive a restart.
#include <gtest/gtest.h>

#include <cmath>

#include "twin/linear_twin.hpp"
#include "twin/member.hpp"
#include "twin/weight_twin.hpp"

namespace catapult::testing {
namespace {

class EveryGrid : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Spread, EveryGrid, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "samples" : "width"; });

TEST_P(EveryGrid, TwinsOfALinearNetworkAreTheNetwork) {
  Member member(model_of({}, "relu"), 7, 9, 3, GetParam());
  member.with_momentum(0.8, 0.01);
  const Samples<double> batch = member.part(member.train);
  const double eta = 0.5 / member.basis().values()[0];
  for (int step = 0; step < 3; ++step) member.step(batch, 7, eta);
  const auto linear = member.fork(TwinKind::linear), quadratic = member.fork(TwinKind::quadratic);
  for (int step = 0; step < 50; ++step) {
    const Matrix<double> f = member.outputs(batch);
    EXPECT_LT(score_twin(*linear, batch, f).distance, 1e-12) << step;
    EXPECT_LT(score_twin(*quadratic, batch, f).distance, 1e-12) << step;
    member.step(batch, 7, eta);
    linear->step(eta);
    quadratic->step(eta);
  }
  Evaluator<double> evaluator(member.network, member.setting().test, 0, Loss{});
  const double loss = evaluator.score(member.state.theta).loss;
  EXPECT_NEAR(linear->test_score().loss, loss, 1e-12 * loss);
  EXPECT_NEAR(quadratic->test_score().loss, loss, 1e-12 * loss);
}

TEST_P(EveryGrid, TwinAtTheStartDivergesAtThePredictedRateWhileTheNetworkSurvives) {
  Member member(model_of({256}, "relu"), 6, 8, 2, GetParam());
  const Samples<double> batch = member.part(member.train);
  const double lambda = member.basis().values()[0], eta = 2.6 / lambda;
  const auto twin = member.fork(TwinKind::linear);
  std::vector<double> losses;
  for (int step = 0; step < 80; ++step) {
    losses.push_back(score_twin(*twin, batch, batch.y).loss);
    twin->step(eta);
    member.step(batch, 6, eta);
  }
  const double rate = std::sqrt(losses[79] / losses[78]);
  EXPECT_NEAR(rate, std::abs(1.0 - eta * lambda), 1e-6 * rate);
  const Score survivor =
      total_score(Loss{}, member.grid, score_sums(Loss{}, member.outputs(batch), batch.y), 6,
                  member.network.outputs());
  EXPECT_LT(survivor.loss, losses[0]);
}

TEST_P(EveryGrid, FormsOfTheLinearTwinAgreeInParametersAndTestScores) {
  Member member(model_of({13, 11}, "tanh"), 6, 8, 3, GetParam());
  member.with_momentum(0.7, 0.02);
  const Samples<double> batch = member.part(member.train);
  const double eta = 1.2 / member.basis().values()[0];
  for (int step = 0; step < 4; ++step) member.step(batch, 6, eta);
  WeightTwin<double> weights(TwinKind::linear, member.setting(), fork_state(member.state));
  EXPECT_FALSE(weights.hold_kernel());
  const auto free = member.fork(TwinKind::linear), held = member.fork(TwinKind::linear);
  for (int step = 0; step < 25; ++step) {
    if (step >= 4) {
      EXPECT_TRUE(held->hold_kernel());
    }
    const double loss = weights.test_score().loss;
    for (Twin<double>* dual : {free.get(), held.get()}) {
      const Matrix<double> f = dual->evaluate(batch);
      EXPECT_LT(score_twin(weights, batch, f).distance, 1e-12) << step;
      EXPECT_NEAR(dual->test_score().loss, loss, 1e-11 * loss) << step;
      dual->step(eta);
    }
    weights.step(eta);
  }
  for (Twin<double>* dual : {free.get(), held.get()}) {
    EXPECT_LT(largest_difference(dual->displacement(), weights.displacement()), 1e-12);
    EXPECT_LT(largest_difference(dual->velocity(), weights.velocity()), 1e-12);
  }
}

TEST_P(EveryGrid, TwinContinuesFromItsStateToTheLastBit) {
  Member member(model_of({9, 10}, "tanh"), 6, 5, 2, GetParam());
  member.with_momentum(0.7, 0.02);
  const Samples<double> batch = member.part(member.train);
  member.step(batch, 6, 0.1);
  const std::pair<TwinKind, bool> cases[] = {
      {TwinKind::linear, false}, {TwinKind::linear, true}, {TwinKind::quadratic, false}};
  for (const auto& [kind, holds] : cases) {
    const auto unbroken = member.fork(kind);
    const auto steps = [&](Twin<double>& twin, int count) {
      for (int step = 0; step < count; ++step) {
        twin.evaluate(batch);
        twin.step(0.1);
      }
    };
    steps(*unbroken, 5);
    TwinState<double> state = unbroken->state();
    for (Vector<double>* values : {&state.displacement, &state.velocity}) {
      const Vector<double> copy("copy", values->extent(0));
      Kokkos::deep_copy(copy, *values);
      *values = copy;
    }
    const auto resumed = make_twin(kind, member.setting(), state, batch);
    if (holds) unbroken->hold_kernel();
    if (holds) resumed->hold_kernel();
    steps(*unbroken, 5);
    steps(*resumed, 5);
    EXPECT_EQ(score_twin(*resumed, batch, unbroken->evaluate(batch)).distance, 0.0)
        << name_of(kind);
  }
}

TEST_P(EveryGrid, TwinsFollowTheBatchesOfSgd) {
  // Steps of a linear network's twins on batches of changing samples are the network's own.
  Member member(model_of({}, "linear"), 12, 4, 2, GetParam());
  member.with_momentum(0.5, 0.01);
  const auto batch_at = [&](Index step) {
    return member.part(rows(member.train, Block{4 * (step % 3), 4 * (step % 3) + 4}));
  };
  std::vector<std::unique_ptr<Twin<double>>> twins;
  for (const TwinKind kind : {TwinKind::linear, TwinKind::quadratic}) {
    twins.push_back(
        make_twin(kind, member.setting(4, false), fork_state(member.state), batch_at(0)));
  }
  for (Index step = 0; step < 20; ++step) {
    const Samples<double> batch = batch_at(step);
    for (const auto& twin : twins) {
      EXPECT_LT(score_twin(*twin, batch, member.outputs(batch)).distance, 1e-12) << step;
      twin->step(0.1);
    }
    member.step(batch, 4, 0.1);
  }
}

/// |f - f_lin| and |f_quad - f_lin| at a displacement of length 1 in which all neurons act
/// together, as far as any in the ball: they fall like width^(-1/2) (ORACLES T23).
TEST(Linearization, ErrorFallsWithWidthInAFixedBall) {
  std::vector<double> network_error, quadratic_error;
  for (const Index width : {64, 512, 4096}) {
    const Member member(model_of({width}, "tanh"), 6, 8, 2, false);
    Member moved(model_of({width}, "tanh"), 6, 8, 2, false);
    const Vector<double> d("d", member.network.parameters());
    Kokkos::deep_copy(d, 1.0 / std::sqrt(static_cast<double>(width * (8 + 2))));
    axpby<double>(1.0, d, 1.0, moved.state.theta);
    const TwinState<double> state{member.state.theta, d, {}, std::nullopt};
    WeightTwin<double> linear(TwinKind::linear, member.setting(), state);
    WeightTwin<double> quadratic(TwinKind::quadratic, member.setting(), state);
    const Samples<double> batch = member.part(member.train);
    network_error.push_back(score_twin(linear, batch, moved.outputs(batch)).distance);
    quadratic_error.push_back(score_twin(linear, batch, quadratic.evaluate(batch)).distance);
  }
  for (const auto& error : {network_error, quadratic_error}) {
    for (std::size_t i = 0; i + 1 < error.size(); ++i) {
      EXPECT_NEAR(std::log(error[i + 1] / error[i]) / std::log(8.0), -0.5, 0.1);
    }
  }
}

}  // namespace
}  // namespace catapult::testing
