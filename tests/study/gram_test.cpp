// The warm-up model by its Gram matrix: trained like the network of all its neurons.
#include <gtest/gtest.h>

#include <cmath>

#include "harness/world.hpp"
#include "record/hdf5.hpp"
#include "store/weights_file.hpp"
#include "study/training.hpp"
#include "theory/scalar.hpp"

namespace catapult {
namespace {

using testing::train_member;
using testing::Trained;
using testing::warm_up_deck;
using testing::world;

/// 7 samples of 3 inputs.
Deck deck_of(Index width) {
  Deck deck = warm_up_deck(width, 3);
  deck.data.source = "gaussian";
  deck.data.inputs = 3;
  deck.data.outputs = 1;
  deck.data.train_samples = 7;
  deck.train.learning_rate_c = 2.5;
  deck.measure.tolerance = 1e-12;
  return deck;
}

/// The weights that `deck` starts from, in a file.
std::string weights_of(const Deck& deck) {
  const std::string path = ::testing::TempDir() + "/gram_weights.h5";
  if (world().is_root()) {
    const MemberStart<double> start(deck, Communicator::self());
    Hdf5File file = Hdf5File::create(path);
    write_tensors<double>(file, "layers", start.network, start.state.theta);
    file.close();
  }
  world().barrier();
  return path;
}

void expect_equal(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i] / b[i], 1.0, tolerance) << i;
}

TEST(Gram, TakesTheStepsOfAllNeurons) {
  for (const double momentum : {0.0, 0.6}) {
    Deck deck = deck_of(200);
    deck.train.momentum = momentum;
    deck.train.l2 = momentum > 0.0 ? 0.01 : 0.0;
    deck.data.batch = momentum > 0.0 ? 4 : 0;
    deck.model.weights = weights_of(deck);
    deck.parallel = {1, world().size()};
    const Trained whole = train_member(deck, world(), /*follow=*/true);
    deck.model.representation = "gram";
    const Trained gram = train_member(deck, world(), /*follow=*/true);
    EXPECT_LT(gram.theta.size(), 20);
    expect_equal(gram.loss, whole.loss, 1e-11);
    expect_equal(gram.lambda, whole.lambda, 1e-11);
    expect_equal(gram.f, whole.f, 1e-8);
  }
}

TEST(Gram, OfFewNeuronsIsThatOfItsParameters) {
  Deck deck = deck_of(3);
  deck.train.learning_rate_c = 1.0;
  const Trained whole = train_member(deck, world());
  deck.model.representation = "gram";
  const Trained gram = train_member(deck, world());
  EXPECT_EQ(gram.loss, whole.loss);
}

TEST(Gram, FollowsTheTwoLinesOfOneSampleAtAnyWidth) {
  for (const Index width : {Index{1000}, Index{1000000000}, Index{1000000000000000000}}) {
    Deck deck = warm_up_deck(width, 3);
    deck.model.representation = "gram";
    deck.train.learning_rate_c = 3.0;
    deck.train.stop_steps = 60;
    const Trained seen = train_member(deck, world(), /*follow=*/true);
    EXPECT_EQ(seen.result.outcome, Outcome::running);  // not taken for a divergence
    const double eta = seen.learning_rate[0], n = static_cast<double>(width);
    WarmUpState state{std::sqrt(2.0 * seen.loss[0]), seen.lambda[0]};
    for (std::size_t step = 0; step < seen.loss.size(); ++step) {
      EXPECT_NEAR(2.0 * seen.loss[step] / (state.f * state.f), 1.0, 1e-9) << width << ' ' << step;
      EXPECT_NEAR(seen.lambda[step] / state.lambda, 1.0, 1e-10) << width << ' ' << step;
      state = warm_up_step(state, eta, n);
      // Errors of the past grow with the loss: go on from what was seen.
      if (step + 1 < seen.loss.size()) {
        const double f = std::sqrt(2.0 * seen.loss[step + 1]);
        EXPECT_NEAR(f / std::abs(state.f), 1.0, 1e-9) << width << ' ' << step;
        state = {f, seen.lambda[step + 1]};
      }
    }
    EXPECT_GT(seen.result.loss_max / n, 0.01) << width;
    EXPECT_LT(seen.result.loss_max / n, seen.lambda[0] * seen.lambda[0] / 8.0) << width;
  }
}

}  // namespace
}  // namespace catapult
