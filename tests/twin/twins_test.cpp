// What twins must do whatever the network: stay with a linear one, diverge at the predicted rate,
// approach the network as it widens, obey the theory of the solvable model, survive a restart.
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "data/batches.hpp"
#include "harness/views.hpp"
#include "layers/build.hpp"
#include "linalg/vector_ops.hpp"
#include "model/initialize.hpp"
#include "train/update.hpp"
#include "twin/eigen.hpp"
#include "twin/linear_twin.hpp"
#include "twin/make.hpp"
#include "twin/weight_twin.hpp"

namespace catapult::testing {
namespace {

Matrix<double> random_matrix(Index rows, Index columns, std::uint32_t stream) {
  const RandomStream random(23, stream);
  return filled<double>(rows, columns, [&](Index i, Index j) { return random.normal(i, j); });
}

ModelOptions model_of(std::vector<Index> widths, const std::string& activation) {
  ModelOptions model;
  model.depth = static_cast<Index>(widths.size());
  model.widths = std::move(widths);
  model.activation = activation;
  model.sigma_w = std::sqrt(2.0);
  model.seed = 3;
  return model;
}

/// A network on its training and test samples, all ranks as width ranks or as sample ranks.
struct Member {
  Member(const ModelOptions& model, Index samples, Index inputs, Index outputs, bool spread_samples)
      : world(MPI_COMM_WORLD),
        grid(make_grid(world, spread_samples ? 1 : world.size())),
        train{random_matrix(samples, inputs, 1), random_matrix(samples, outputs, 2)},
        test{random_matrix(5, inputs, 3), random_matrix(5, outputs, 4)},
        network(build_network<double>(model, {inputs, outputs}, grid)) {
    state.theta = Vector<double>("theta", network.parameters());
    initialize(network, model.seed, state.theta);
  }

  void with_momentum(double momentum, double l2) {
    options.momentum = momentum;
    options.l2 = l2;
    state.velocity = Vector<double>("velocity", network.parameters());
  }

  Samples<double> part(const Samples<double>& all) const {
    return rows(all, block_of(all.size(), grid.samples.size(), grid.samples.rank()));
  }
  TwinSetting<double> setting(Index batch, bool full) const {
    return {network, options, batch, full, {part(test), test.size(), grid.samples}};
  }
  TwinSetting<double> setting() const { return setting(train.size(), true); }
  std::unique_ptr<Twin<double>> fork(TwinKind kind) const {
    return make_twin(kind, setting(), fork_state(state), part(train));
  }

  /// Outputs of the network for this rank's rows, kept.
  Matrix<double> outputs(const Samples<double>& batch) const {
    Tape<double> tape = network.make_tape(Batch{batch.size(), {0, batch.size()}});
    network.forward(state.theta, batch.x, tape);
    const Matrix<double> f("f", batch.size(), network.outputs());
    Kokkos::deep_copy(f, tape.outputs());
    return f;
  }
  void step(const Samples<double>& batch, Index samples, double eta) {
    Tape<double> tape = network.make_tape(samples);
    network.forward(state.theta, batch.x, tape);
    const Matrix<double> cotangent("cotangent", batch.size(), network.outputs());
    loss_cotangent(tape.outputs(), batch.y, samples, cotangent);
    descend(network, tape, cotangent, eta, options, state);
  }
  EigenBasis basis() const {
    const TangentSpace<double> space(network, state.theta, {}, part(train), train.size());
    return eigenbasis_of(space.kernel());
  }

  Communicator world;
  Grid grid;
  Samples<double> train, test;
  Network<double> network;
  TrainOptions options;
  TrainingState<double> state;
};

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
  Evaluator<double> evaluator(member.network, member.setting().test, 0);
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
  const Score survivor = total_score(member.grid, score_sums(member.outputs(batch), batch.y), 6,
                                     member.network.outputs());
  EXPECT_LT(survivor.loss, losses[0]);
}

TEST_P(EveryGrid, FormsOfTheLinearTwinAgreeInParametersAndTestScores) {
  Member member(model_of({13, 11}, "tanh"), 6, 8, 3, GetParam());
  member.with_momentum(0.7, 0.02);
  const Samples<double> batch = member.part(member.train);
  const double eta = 1.2 / member.basis().values()[0];
  for (int step = 0; step < 4; ++step) member.step(batch, 6, eta);
  const auto dual = member.fork(TwinKind::linear);
  WeightTwin<double> weights(TwinKind::linear, member.setting(), fork_state(member.state));
  for (int step = 0; step < 25; ++step) {
    const Matrix<double> f = dual->evaluate(batch);
    EXPECT_LT(score_twin(weights, batch, f).distance, 1e-12) << step;
    const double loss = weights.test_score().loss;
    EXPECT_NEAR(dual->test_score().loss, loss, 1e-11 * loss) << step;
    dual->step(eta);
    weights.step(eta);
  }
  EXPECT_LT(largest_difference(dual->displacement(), weights.displacement()), 1e-12);
  EXPECT_LT(largest_difference(dual->velocity(), weights.velocity()), 1e-12);
}

TEST_P(EveryGrid, TwinContinuesFromItsStateToTheLastBit) {
  Member member(model_of({9, 10}, "tanh"), 6, 5, 2, GetParam());
  member.with_momentum(0.7, 0.02);
  const Samples<double> batch = member.part(member.train);
  member.step(batch, 6, 0.1);
  for (const TwinKind kind : {TwinKind::linear, TwinKind::quadratic}) {
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

/// f = n^(-1/2) v^T u x is quadratic in its parameters.
TEST_P(EveryGrid, QuadraticTwinOfTheSolvableModelIsTheModel) {
  ModelOptions model;
  model.kind = "solvable";
  model.width = 200;
  Member member(model, 1, 1, 1, GetParam());
  Kokkos::deep_copy(member.train.x, 1.0);
  Kokkos::deep_copy(member.train.y, 0.0);
  const Samples<double> batch = member.part(member.train);
  const double eta = 3.0 / member.basis().values()[0];
  const auto twin = member.fork(TwinKind::quadratic);
  for (int step = 0; step < 30; ++step) {
    EXPECT_LT(score_twin(*twin, batch, member.outputs(batch)).distance, 1e-9) << step;
    twin->step(eta);
    member.step(batch, 1, eta);
  }
}

/// One ReLU layer on one sample: the outputs and kernels of f_quad obey a map of two numbers
/// (ORACLES T11). With r = f - y, v = eta lambda and q = eta^2 |x|^2/(width inputs):
///   r <- (1 - v + q r (r + y)) r,  v <- v - q r (4 (r + y) - v r)
TEST_P(EveryGrid, QuadraticTwinOfAReluLayerObeysItsScalarMap) {
  ModelOptions model = model_of({150}, "relu");
  model.sigma_w = 1.0;
  Member member(model, 1, 4, 1, GetParam());
  const Samples<double> batch = member.part(member.train);
  const double lambda = member.basis().values()[0], eta = 3.2 / lambda;
  double square = 0.0;
  for (const double x : values_of(member.train.x)) square += x * x;
  const double q = eta * eta * square / (150.0 * 4.0), y = values_of(member.train.y)[0];
  const std::vector<double> f = values_of(member.outputs(batch));
  const double start = member.grid.samples.sum(f.empty() ? 0.0 : f[0] - y);
  const auto twin = member.fork(TwinKind::quadratic);
  double r = start, v = eta * lambda, largest = 0.0;
  for (int step = 0; step < 25; ++step) {
    largest = std::max(largest, r * r / 2.0);
    EXPECT_NEAR(score_twin(*twin, batch, batch.y).loss, r * r / 2.0, 1e-9 * largest) << step;
    twin->step(eta);
    const double next = (1.0 - v + q * r * (r + y)) * r;
    v -= q * r * (4.0 * (r + y) - v * r);
    r = next;
  }
  EXPECT_GT(largest, 4.0 * start * start / 2.0);  // a catapult it was
  EXPECT_LT(v, 2.0);
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
