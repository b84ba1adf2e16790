// Optimizers against their definitions, written once more; what is measured of them.
#include <gmock/gmock.h>

#include <cmath>

#include "curvature/gradient_noise.hpp"
#include "harness/world.hpp"
#include "study/training.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

using testing::small_deck;
using testing::train_member;
using testing::Trained;
using testing::world;
using Numbers = std::vector<double>;

Numbers on_host(const Vector<double>& values) {
  Numbers numbers(values.size());
  download<double>(values, numbers.data());
  return numbers;
}

/// dL/dtheta + l2 theta of the whole batch, on this rank alone.
Numbers gradient_at(const MemberStart<double>& start, const Numbers& theta, double l2) {
  const Network<double>& network = start.network;
  const Vector<double> at("theta", network.parameters()), g("g", network.parameters());
  upload(theta.data(), at);
  const Samples<double> all = start.data.train.mine();
  Tape<double> tape = network.make_tape(all.size());
  network.forward(at, all.x, tape);
  const Matrix<double> cotangent("cotangent", all.size(), network.outputs());
  loss_cotangent(start.loss, tape.outputs(), all.y, all.size(), cotangent);
  network.pullback(at, tape, cotangent, {g, 1.0, 0.0});
  Numbers result = on_host(g);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] += l2 * theta[i];
  return result;
}

/// theta after so many steps, by the formulas of the papers.
Numbers by_definition(const Deck& deck, Index steps) {
  const MemberStart<double> start(deck, Communicator::self());
  const TrainOptions& train = deck.train;
  Numbers theta = on_host(start.state.theta);
  Numbers v(theta.size(), 0.0), s(theta.size(), 0.0);
  for (Index t = 1; t <= steps; ++t) {
    const Numbers g = gradient_at(start, theta, train.l2);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      if (train.optimizer == "adam") {
        v[i] = train.beta_1 * v[i] + (1.0 - train.beta_1) * g[i];
        s[i] = train.beta_2 * s[i] + (1.0 - train.beta_2) * g[i] * g[i];
        const double mean = v[i] / (1.0 - std::pow(train.beta_1, t));
        const double square = s[i] / (1.0 - std::pow(train.beta_2, t));
        theta[i] -= train.learning_rate * mean / (std::sqrt(square) + train.epsilon);
      } else {
        v[i] = train.momentum * v[i] + g[i];
        const double step = train.optimizer == "nesterov" ? g[i] + train.momentum * v[i] : v[i];
        theta[i] -= train.learning_rate * step;
      }
    }
  }
  return theta;
}

Deck deck_of(const char* optimizer, const char* loss) {
  Deck deck = small_deck();
  deck.train.optimizer = optimizer;
  deck.train.loss = loss;
  const bool adam = deck.train.optimizer == "adam";
  deck.train.momentum = adam ? 0.0 : 0.8;
  deck.train.learning_rate = adam ? 0.02 : 0.4;
  deck.train.l2 = 0.01;
  deck.train.stop_steps = 30;
  return deck;
}

TEST(Optimizer, FollowsItsDefinitionWithEveryLoss) {
  for (const char* optimizer : {"gd", "nesterov", "adam"}) {
    for (const char* loss : {"mse", "cross_entropy"}) {
      const Deck deck = deck_of(optimizer, loss);
      const Numbers expected = by_definition(deck, 30);
      const Trained alone = train_member(deck, Communicator::self());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(alone.theta[i], expected[i], 1e-10) << optimizer << ", " << loss;
      }
      const Trained spread = train_member(deck, world());
      for (std::size_t t = 0; t < alone.loss.size(); ++t) {
        EXPECT_NEAR(spread.loss[t], alone.loss[t], 1e-10) << optimizer << ", " << loss;
      }
      EXPECT_LT(alone.loss.back(), 0.9 * alone.loss.front());
    }
  }
}

TEST(CriticalRate, OfANetworkWithoutHiddenLayersIsTwiceTheInverseSharpness) {
  Deck deck = small_deck();
  deck.model.widths = {};
  deck.model.depth = 0;
  deck.measure.tolerance = 1e-8;
  MemberStart<double> start(deck, world());
  LossProbe<double> probe = start.loss_probe(deck.measure);
  BatchStream<double> batches = start.batches();
  Tape<double> tape = start.network.make_tape(batches.size());
  start.network.forward(start.state.theta, batches.at(0).x, tape);
  probe.move_to(start.state.theta, tape);
  const CriticalRate critical = probe.critical_rate();
  EXPECT_TRUE(critical.converged);
  EXPECT_LT(critical.forwards, 10);
  EXPECT_NEAR(critical.learning_rate * probe.gradient().sharpness, 2.0, 1e-6);
}

TEST(AdamScale, IsWhatItsStepDividesBy) {
  Deck deck = deck_of("adam", "mse");
  deck.train.l2 = 0.0;
  MemberStart<double> start(deck, Communicator::self());
  const Numbers g = gradient_at(start, on_host(start.state.theta), 0.0);
  BatchStream<double> batches = start.batches();
  Tape<double> tape = start.network.make_tape(batches.size());
  const Samples<double>& batch = batches.at(0);
  start.network.forward(start.state.theta, batch.x, tape);
  const Matrix<double> cotangent("cotangent", batch.size(), start.network.outputs());
  loss_cotangent(start.loss, tape.outputs(), batch.y, batch.size(), cotangent);
  descend(start.network, tape, cotangent, 0.1, deck.train, start.state);
  const Vector<double> scale("scale", start.network.parameters());
  adam_scale(deck.train, start.state, scale);
  const Numbers found = on_host(scale);
  for (std::size_t i = 0; i < g.size(); ++i) {
    EXPECT_NEAR(found[i], std::abs(g[i]) + deck.train.epsilon, 1e-14);
  }
}

TEST(GradientNoise, IsThatOfItsBatches) {
  Deck deck = small_deck();
  deck.data.batch = 4;
  MemberStart<double> start(deck, world());
  const MemberStart<double> alone(deck, Communicator::self());
  GradientNoise<double> noise(start.network, start.loss, 4);
  noise.move_to(start.state.theta);
  BatchStream<double> batches = start.batches();
  for (Index step = 0; step < 4; ++step) noise.add(batches.at(step));
  const NoiseMeasurement found = noise.result();

  // By gradients of whole batches on this rank, and a difference quotient of them.
  const ParameterSpace space(alone.network);
  BatchStream<double> again = alone.batches();
  std::vector<Numbers> gradients;
  Numbers sharpness;
  for (Index step = 0; step < 4; ++step) {
    const Samples<double>& batch = again.at(step);
    Tape<double> tape = alone.network.make_tape(4);
    HessianRoom<double> room;
    const auto gradient = [&](const Vector<double>& theta) {
      alone.network.forward(theta, batch.x, tape);
      const Vector<double> g("g", theta.extent(0));
      loss_gradient({alone.network, theta, tape, batch.y, 4, alone.loss}, room, g);
      return g;
    };
    const Vector<double> g = gradient(alone.state.theta), moved("moved", g.extent(0));
    Kokkos::deep_copy(moved, alone.state.theta);
    axpby<double>(1e-6, g, 1.0, moved);
    const Vector<double> further = gradient(moved);
    const double square = dot<double>(g, g);
    sharpness.push_back((dot<double>(g, further) - square) / (1e-6 * square));
    gradients.push_back(on_host(g));
  }
  double trace = 0.0, mean = 0.0;
  for (std::size_t pair = 0; pair < 4; pair += 2) {
    for (std::size_t i = 0; i < gradients[0].size(); ++i) {
      const double difference = gradients[pair][i] - gradients[pair + 1][i];
      trace += 0.5 * 0.5 * difference * difference;
    }
  }
  for (const double value : sharpness) mean += 0.25 * value;
  EXPECT_NEAR(found.covariance_trace, trace, 1e-12);
  EXPECT_NEAR(found.sharpness, mean, 1e-5);
  double square = 0.0;
  for (const double value : sharpness) square += (value - mean) * (value - mean);
  EXPECT_NEAR(found.sharpness_error, std::sqrt(square / 12.0), 1e-5);
}

}  // namespace
}  // namespace catapult
