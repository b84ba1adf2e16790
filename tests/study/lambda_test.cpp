// Lambda followed through training, and what is measured beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "curvature/assembled.hpp"
#include "harness/world.hpp"
#include "spectra/spectrum.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

using testing::small_deck;
using testing::train_member;
using testing::Trained;
using testing::world;

/// Largest relative error of lambda followed at `tolerance` through 60 steps, against cold solves.
double error_of_followed_lambda(Deck deck, double c, double tolerance) {
  deck.data.train_samples = 40;
  deck.data.inputs = 20;
  deck.model.widths = {60, 60};
  deck.measure.tolerance = 1e-9;
  deck.measure.solver = "slepc";
  deck.train.stop_steps = 1;
  deck.train.learning_rate = c / train_member(deck, world(), /*follow=*/true).lambda[0];
  deck.train.stop_steps = 60;
  const Trained cold = train_member(deck, world(), /*follow=*/true);
  deck.measure.solver = "auto";
  deck.measure.tolerance = tolerance;
  const Trained followed = train_member(deck, world(), /*follow=*/true);
  EXPECT_EQ(followed.theta, cold.theta);
  const double highest = *std::max_element(cold.loss.begin(), cold.loss.end());
  EXPECT_EQ(highest > cold.loss[0], c > 2.0);  // a catapult, or none
  double worst = 0.0;
  for (std::size_t step = 0; step < cold.lambda.size(); ++step) {
    worst = std::max(worst, std::abs(followed.lambda[step] / cold.lambda[step] - 1.0));
  }
  return worst;
}

TEST(FollowedLambda, IsThatOfColdSolvesThroughACatapult) {
  for (const double c : {1.0, 3.0, 5.0}) {
    for (const double tolerance : {1e-2, 1e-3, 1e-4}) {
      EXPECT_LE(error_of_followed_lambda(small_deck(), c, tolerance), tolerance)
          << "c = " << c << " at " << tolerance;
    }
  }
}

TEST(FollowedLambda, IsZeroOnceAllNeuronsHaveDied) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 30.0;
  for (const auto& [solver, method] :
       {std::pair{"auto", "matrix-free"}, {"auto", "assembled"}, {"slepc", "matrix-free"}}) {
    deck.measure.solver = solver;
    deck.measure.method = method;
    const Trained seen = train_member(deck, world(), /*follow=*/true);
    EXPECT_GT(seen.lambda.front(), 0.0);
    EXPECT_FALSE(seen.result.outcome == Outcome::diverged);
    const auto died = static_cast<std::size_t>(
        std::find(seen.lambda.begin(), seen.lambda.end(), 0.0) - seen.lambda.begin());
    ASSERT_LT(died + 2, seen.lambda.size());
    for (std::size_t step = died; step < seen.lambda.size(); ++step) {
      EXPECT_EQ(seen.lambda[step], 0.0) << step;
      EXPECT_EQ(seen.loss[step], seen.loss[died]) << step;
      EXPECT_TRUE(std::isnan(seen.error_share[step])) << "of eigenvectors that are any";
    }
    EXPECT_EQ(seen.lambda_end, 0.0);
  }
}

/// The first measurement of a network of 5 outputs, whose 5 largest eigenvalues lie close together.
KernelMeasurement first_measurement(const std::string& activation, const std::string& solver,
                                    double tolerance) {
  Deck deck = small_deck();
  deck.data.train_samples = 60;
  deck.data.inputs = 20;
  deck.data.outputs = 5;
  deck.model.widths = {200, 200};
  deck.model.activation = activation;
  deck.measure.tolerance = tolerance;
  deck.measure.solver = solver;
  const MemberStart<double> start(deck, world());
  return start.kernel_probe(deck.measure).measure(start.state.theta);
}

TEST(FirstLambda, IsThatOfAColdSolveAtHalfTheProductsOfOne) {
  for (const char* activation : {"relu", "tanh", "linear"}) {
    const double known = first_measurement(activation, "slepc", 1e-10).lambda;
    for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-6}) {
      const KernelMeasurement first = first_measurement(activation, "auto", tolerance);
      EXPECT_NEAR(first.lambda, known, tolerance * known) << activation << " at " << tolerance;
    }
  }
  EXPECT_LE(first_measurement("relu", "auto", 1e-4).products, 10);
}

TEST(ErrorShare, IsThatOfTheTopEigenvectorsOfTheWholeKernel) {
  Deck deck = small_deck();
  deck.train.learning_rate_c = 2.5;
  for (const Index modes : {1, 4}) {
    deck.measure.error_modes = modes;
    deck.train.stop_steps = 1;
    const Trained seen = train_member(deck, world(), /*follow=*/true);
    const Trained alone = train_member(deck, Communicator::self(), /*follow=*/true);
    ASSERT_EQ(seen.error_share.size(), 2);
    for (std::size_t row = 0; row < 2; ++row) {
      EXPECT_NEAR(seen.error_share[row], alone.error_share[row], 1e-6);
    }
    // By a dense solver, at the first step.
    MemberStart<double> start(deck, Communicator::self());
    Tape<double> tape = start.network.make_tape(12);
    const Samples<double> all = start.data.train.take({0, 12});
    start.network.forward(start.state.theta, all.x, tape);
    const Spectrum whole =
        largest_eigenvalues(assemble_kernel<double>(start.network, start.state.theta, tape),
                            {36, 1e-12, /*vectors=*/true});
    const auto y = to_host(all.y);
    double along = 0.0, square = 0.0;
    for (Index mode = 0; mode < 36; ++mode) {
      double projection = 0.0;
      for (Index i = 0; i < 36; ++i) {
        projection +=
            whole.vectors(i, mode) * (alone.f[static_cast<std::size_t>(i)] - y(i / 3, i % 3));
      }
      square += projection * projection;
      if (mode < modes) along += projection * projection;
    }
    EXPECT_NEAR(seen.error_share[0], along / square, modes == 1 ? 1e-5 : 2e-2);
    EXPECT_GT(seen.error_share[0], 1e-3);
    EXPECT_LT(seen.error_share[0], 0.999);
  }
}

}  // namespace
}  // namespace catapult
