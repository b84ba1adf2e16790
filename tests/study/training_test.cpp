// Training as a whole: the warm-up model in parameter space, the same numbers on every grid of
// ranks, stop rules, changing learning rates, averaged kernels.
#include "study/training.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "curvature/assembled.hpp"
#include "harness/world.hpp"
#include "spectra/spectrum.hpp"
#include "theory/scalar.hpp"

namespace catapult {
namespace {

using testing::small_deck;
using testing::train_member;
using testing::Trained;
using testing::warm_up_deck;
using testing::world;

template <class Real>
class Silent final : public Observer<Real> {
  void observe(const Moment<Real>&) override {}
};

/// Largest difference over the largest expected value.
double error_of(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return difference / size;
}

TEST(WarmUp, FollowsItsTwoLinesInParameterSpace) {  // T1, E
  for (const double c : {0.5, 2.5, 3.5}) {
    Deck deck = warm_up_deck(50, 3);
    deck.train.learning_rate_c = c;
    const Trained seen = train_member(deck, world(), /*follow=*/true);
    const double eta = seen.learning_rate[0];
    for (std::size_t step = 0; step + 1 < seen.lambda.size(); ++step) {
      const double f = std::sqrt(2.0 * seen.loss[step]);
      const WarmUpState next = warm_up_step({f, seen.lambda[step]}, eta, 50.0);
      // f is a sum of terms of size 1 that cancel: its rounding is absolute.
      EXPECT_NEAR(std::sqrt(2.0 * seen.loss[step + 1]), std::abs(next.f),
                  2e-14 * std::max(1.0, std::abs(next.f)))
          << "c = " << c << ", step " << step;
      EXPECT_NEAR(seen.lambda[step + 1] / next.lambda, 1.0, 1e-13) << "c = " << c;
    }
  }
}

TEST(WarmUp, DivergesAboveFourAndOnlyThere) {  // T8 with parameters
  for (const double c : {3.8, 4.2}) {
    Deck deck = warm_up_deck(2000, 5);
    deck.train.learning_rate_c = c;
    deck.train.stop_steps = 200;
    const Trained seen = train_member(deck, world());
    EXPECT_EQ(seen.result.outcome == Outcome::diverged, c > 4.0) << c;
  }
}

TEST(Training, IsTheSameOnEveryGrid) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 1.5;
  for (const Index batch : {0, 5}) {
    deck.data.batch = batch;
    deck.train.momentum = batch > 0 ? 0.8 : 0.0;
    deck.train.l2 = 0.01;
    const Trained alone = train_member(deck, Communicator::self(), true);
    for (Index width = 1; width <= world().size(); ++width) {
      if (world().size() % width != 0) continue;
      deck.parallel = {width, world().size() / width};
      const Trained spread = train_member(deck, world(), true);
      EXPECT_LT(error_of(spread.loss, alone.loss), 1e-12) << width << " width ranks";
      EXPECT_LT(error_of(spread.lambda, alone.lambda), 1e-9) << width << " width ranks";
      EXPECT_EQ(spread.result.last.accuracy, alone.result.last.accuracy);
      deck.parallel = {};
    }
  }
}

TEST(Training, OfFewerSamplesThanRanksAndOfOneOutput) {
  for (const Index samples : {1, 2}) {
    Deck deck = small_deck();
    deck.data.train_samples = samples;
    deck.data.outputs = 1;
    deck.train.learning_rate_c = 1.0;
    const Trained alone = train_member(deck, Communicator::self(), true);
    deck.parallel = {1, world().size()};
    const Trained spread = train_member(deck, world(), true);
    EXPECT_LT(error_of(spread.loss, alone.loss), 1e-12);
    EXPECT_LT(error_of(spread.lambda, alone.lambda), 1e-9);
  }
}

/// small_deck() of images that are changed in every way.
Deck augmented_deck(Index batch) {
  Deck deck = small_deck();
  deck.data.image = {2, 3, 3};
  deck.data.augment = {"flip", "crop", "mixup"};
  deck.data.crop_padding = 1;
  deck.data.center_labels = true;
  deck.data.batch = batch;
  deck.train.learning_rate = 1e-2;
  return deck;
}

TEST(Training, WithAugmentationIsTheSameOnEveryGrid) {
  for (const Index batch : {0, 5}) {
    Deck deck = augmented_deck(batch);
    const Trained alone = train_member(deck, Communicator::self());
    for (Index width = 1; width <= world().size(); ++width) {
      if (world().size() % width != 0) continue;
      deck.parallel = {width, world().size() / width};
      const Trained spread = train_member(deck, world());
      EXPECT_LT(error_of(spread.loss, alone.loss), 1e-12) << width << " width ranks";
    }
    deck.data.augment = {};
    deck.parallel = {};
    EXPECT_GT(error_of(train_member(deck, Communicator::self()).loss, alone.loss), 1e-3);
  }
}

TEST(Training, WithAugmentationGoesOnInTheMiddleOfAnEpoch) {
  for (const Index batch : {0, 5}) {
    Deck deck = augmented_deck(batch);
    deck.train.momentum = 0.5;
    const Trained whole = train_member(deck, world());
    MemberStart<double> member(deck, world());
    Silent<double> observer;
    for (const Index stop : {4, 6}) {
      TrainOptions options = deck.train;
      options.stop_steps = stop;
      BatchStream<double> batches = member.batches();
      train(member.network, batches, options, 1e-2, member.state, observer);
    }
    const auto theta = to_host(member.state.theta);
    EXPECT_EQ(std::vector<double>(theta.data(), theta.data() + theta.size()), whole.theta);
  }
}

TEST(Lambda, IsThatOfTheSamplesAsTheyAreWhateverTrainingMakesOfThem) {
  Deck deck = augmented_deck(0);
  deck.train.learning_rate = 1e-9;
  const Trained augmented = train_member(deck, world(), true);
  deck.data.augment = {};
  deck.data.center_labels = false;
  EXPECT_LT(error_of(augmented.lambda, train_member(deck, world(), true).lambda), 1e-6);
}

TEST(Training, TwiceOnTheSameRanksGivesTheSameBits) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 2.5;
  deck.data.batch = 5;
  EXPECT_EQ(train_member(deck, world()).theta, train_member(deck, world()).theta);
  EXPECT_EQ(train_member<float>(deck, world()).theta, train_member<float>(deck, world()).theta);
}

TEST(Lambda, IsThatOfTheAssembledKernel) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 2.5;
  deck.measure.method = "assembled";
  const Trained assembled = train_member(deck, Communicator::self(), true);
  deck.measure.method = "matrix-free";
  EXPECT_LT(error_of(train_member(deck, world(), true).lambda, assembled.lambda), 1e-8);
}

TEST(Lambda, IsTheMeanOverDisjointSamples) {
  Deck deck = small_deck();
  deck.train.learning_rate = 1e-3;
  deck.measure.kernel_samples = 4;
  deck.measure.kernel_batches = 3;
  const double mean = train_member(deck, world(), true).lambda[0];
  deck.parallel.sample_ranks = world().size();  // up to three of them measure batches of their own
  EXPECT_NEAR(train_member(deck, world(), true).lambda[0] / mean, 1.0, 1e-9);
  deck.parallel.sample_ranks = 0;
  double sum = 0.0;
  for (Index first : {0, 4, 8}) {
    MemberStart<double> member(deck, Communicator::self());
    const auto& x = member.data.train.mine().x;
    Tape<double> tape = member.network.make_tape(4);
    const Matrix<double> part = Kokkos::subview(x, std::pair(first, first + 4), Kokkos::ALL);
    member.network.forward(member.state.theta, part, tape);
    const MatrixOperator kernel = assemble_kernel<double>(member.network, member.state.theta, tape);
    sum += largest_eigenvalues(kernel, {1, 1e-12}).values[0];
  }
  EXPECT_NEAR(mean / (sum / 3.0), 1.0, 1e-9);
}

TEST(Training, StopsAtTheRuleThatHoldsFirst) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 1.0;
  deck.train.stop_steps = 400;
  const Trained free = train_member(deck, world());
  const double eta = free.learning_rate[0];
  EXPECT_EQ(free.result.outcome, Outcome::running);
  EXPECT_EQ(free.result.last.step, 400);

  Deck by_time = deck;
  by_time.train.stop_time = 10.5 * eta;
  EXPECT_EQ(train_member(by_time, world()).result.last.step, 11);

  Deck by_loss = deck;
  by_loss.train.stop_loss = 0.5 * (free.loss[20] + free.loss[21]);
  const TrainingResult small = train_member(by_loss, world()).result;
  EXPECT_EQ(small.outcome, Outcome::converged);
  EXPECT_EQ(small.last.step, 21);

  Deck by_accuracy = deck;
  by_accuracy.train.stop_accuracy = 1.0;
  const TrainingResult right = train_member(by_accuracy, world()).result;
  EXPECT_EQ(right.outcome, Outcome::converged);
  EXPECT_EQ(right.last.accuracy, 1.0);
  EXPECT_LT(right.last.step, 400);
}

TEST(Training, RecordsWhenItDiverged) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 1000.0;
  deck.train.stop_steps = 50;
  const Trained seen = train_member(deck, world());
  EXPECT_EQ(seen.result.outcome, Outcome::diverged);
  EXPECT_LT(seen.result.last.step, 50);
  EXPECT_EQ(seen.loss.size(), static_cast<std::size_t>(seen.result.last.step) + 1);
  EXPECT_FALSE(seen.loss.back() < deck.train.diverge_above * seen.loss.front());
}

TEST(LearningRate, ChangesAtItsStepAndAtItsTime) {
  Deck deck = small_deck();
  deck.train.learning_rate = 0.01;
  deck.train.decay = {{-1.0, 2, 0.004}};
  EXPECT_THAT(train_member(deck, world()).learning_rate,
              ::testing::ElementsAre(0.01, 0.01, 0.004, 0.004, 0.004, 0.004, 0.004));
  deck.train.decay = {{0.025, -1, 0.004}};
  EXPECT_THAT(train_member(deck, world()).learning_rate,
              ::testing::ElementsAre(0.01, 0.01, 0.01, 0.004, 0.004, 0.004, 0.004));
  EXPECT_NEAR(train_member(deck, world()).time.back(), 0.03 + 3 * 0.004, 1e-15);
}

}  // namespace
}  // namespace catapult
