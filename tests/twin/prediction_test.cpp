// The closed form of a linear model's training against the training itself.
#include "twin/prediction.hpp"

#include <cmath>

#include "base/random.hpp"
#include "twin/eigen.hpp"
#include "twin/linear_twin.hpp"
#include "twin/reference.hpp"

namespace catapult::testing {
namespace {

struct Rule {
  const char* name;
  double eta, momentum, l2;

  friend void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }
};

/// Eigenvalues from 2 down to nothing: null modes, and one whose companion is defective at
/// gamma = 0.25, where its trace 1 - eta kappa + gamma is 2 sqrt(gamma) (eta = 0.5, no L2).
const std::vector<double> eigenvalues = {2.0, 1.0, 0.5, 0.1, 1e-3, 1e-9, 1e-17, 0.0};

std::vector<double> random_modes(std::uint32_t stream) {
  std::vector<double> modes;
  const RandomStream random(3, stream);
  for (std::size_t i = 0; i < eigenvalues.size(); ++i) {
    modes.push_back(random.normal(static_cast<Index>(i), 0));
  }
  return modes;
}

FunctionStart start_of(const Rule& rule) {
  FunctionStart start{random_modes(0), random_modes(1), {}, {}};
  if (rule.momentum > 0.0) start.u = random_modes(2);
  if (rule.l2 > 0.0) start.a = random_modes(3);
  return start;
}

class PredictionOf : public ::testing::TestWithParam<Rule> {};

TEST_P(PredictionOf, AnyStepEqualsStepping) {
  const Rule& rule = GetParam();
  const DiagonalOperator theta(eigenvalues);
  FunctionTwin twin(theta, start_of(rule), rule.momentum, rule.l2);
  const Prediction prediction(eigenvalues, start_of(rule), rule.eta, rule.momentum, rule.l2);
  const std::vector<double> losses = prediction.losses(0, 1001);
  for (Index step = 0; step <= 1000; ++step) {
    if (step < 40 || step % 97 == 0) {
      const FunctionState now = twin.state();
      const double tolerance = 1e-11 * (1.0 + 0.1 * static_cast<double>(step));
      EXPECT_LT(error_of(prediction.outputs(step), now.f), tolerance) << step;
      const DualVector d = prediction.displacement(step);
      EXPECT_LT(error_of(d.sum, now.displacement.sum), tolerance) << step;
      EXPECT_NEAR(d.of_velocity, now.displacement.of_velocity, tolerance) << step;
      EXPECT_NEAR(d.of_theta, now.displacement.of_theta, tolerance) << step;
      double loss = 0.0;
      for (std::size_t i = 0; i < now.f.size(); ++i) {
        loss += std::pow(now.f[i] - start_of(rule).y[i], 2) / (2.0 * 8.0);
      }
      EXPECT_NEAR(prediction.loss(step), loss, tolerance * loss) << step;
      EXPECT_NEAR(losses[static_cast<std::size_t>(step)], loss, tolerance * loss) << step;
    }
    twin.step(rule.eta);
  }
}

TEST_P(PredictionOf, GrowthRateIsReachedInTheLongRun) {
  const Rule& rule = GetParam();
  const Prediction prediction(eigenvalues, start_of(rule), rule.eta, rule.momentum, rule.l2);
  const double largest = prediction.growth_rates()[0];
  if (largest <= 1.0) return;
  EXPECT_NEAR(std::sqrt(prediction.loss(1001) / prediction.loss(1000)), largest, 1e-6);
}

TEST_P(PredictionOf, FirstStepAboveIsTheFirst) {
  const Rule& rule = GetParam();
  const Prediction prediction(eigenvalues, start_of(rule), rule.eta, rule.momentum, rule.l2);
  const std::vector<double> losses = prediction.losses(0, 3001);
  const auto above = prediction.first_step_above(10.0, 3000);
  const auto first =
      std::find_if(losses.begin(), losses.end(), [&](double l) { return l > 10.0 * losses[0]; });
  ASSERT_EQ(above.has_value(), first != losses.end());
  if (above) {
    EXPECT_EQ(*above, first - losses.begin());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, PredictionOf,
    ::testing::Values(Rule{"lazy", 0.4, 0.0, 0.0}, Rule{"above_two", 1.01, 0.0, 0.0},
                      Rule{"defective", 0.5, 0.25, 0.0}, Rule{"complex", 0.3, 0.9, 0.0},
                      Rule{"momentum_unstable", 1.95, 0.9, 0.0}, Rule{"l2", 0.4, 0.0, 0.02},
                      Rule{"momentum_l2", 0.3, 0.8, 0.05},
                      Rule{"momentum_l2_unstable", 1.87, 0.9, 0.05}),
    [](const auto& info) { return info.param.name; });

TEST(Prediction, OverflowIsAnInfiniteLoss) {
  const Rule rule{"", 3.0, 0.5, 0.1};
  const Prediction prediction(eigenvalues, start_of(rule), rule.eta, rule.momentum, rule.l2);
  EXPECT_EQ(prediction.loss(100000), HUGE_VAL);
  EXPECT_EQ(prediction.losses(99990, 11).back(), HUGE_VAL);
}

/// A network's twin: losses, outputs and parameters far from the fork, on every grid.
class PredictionOfNetwork : public ::testing::TestWithParam<ReferenceParam> {};

TEST_P(PredictionOfNetwork, EqualsItsTwin) {
  const auto& [one, run] = GetParam();
  for (const int width : widths_of_world(std::get<0>(GetParam()))) {
    Member member(one, run, width);
    member.train_to(7);
    LinearTwin<double> twin(member.setting(), fork_state(member.state), member.batch);
    TangentSpace<double> space(member.network, member.state.theta, member.state.velocity,
                               member.batch, member.all.size());
    const EigenBasis basis = eigenbasis_of(space.kernel());
    const FunctionStart start = space.start(run.l2 != 0.0);
    const Prediction prediction(basis.values(), basis.to_modes(start), member.eta, run.momentum,
                                run.l2);
    for (Index step = 0; step < 60; ++step) twin.step(member.eta);
    const std::vector<double> f = basis.from_modes(prediction.outputs(60));
    EXPECT_LT(error_of(values_of(outputs_of(space, f)), values_of(twin.evaluate(member.batch))),
              1e-9);
    const double loss = score_twin(twin, member.batch, member.batch.y).loss;
    EXPECT_NEAR(prediction.loss(60), loss, 1e-8 * loss);
    const Vector<double> d = space.parameters(basis.from_modes(prediction.displacement(60)));
    const Vector<double> expected = twin.displacement();
    EXPECT_LT(error_of(values_of(d), values_of(expected)), 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(All, PredictionOfNetwork,
                         ::testing::Combine(::testing::ValuesIn(reference_cases),
                                            ::testing::ValuesIn(reference_runs)),
                         name_of_case);

}  // namespace
}  // namespace catapult::testing
