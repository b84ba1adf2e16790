// The largest eigenvalue of an operator whose eigenvalues cross.
#include "spectra/tracker.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spectra/moving.hpp"
#include "spectra/spectra.hpp"
#include "spectra/spectrum.hpp"

namespace catapult::testing {
namespace {

/// A bulk below 1, and a top that falls through it while another rises, as in the catapult.
Reflected crossing(double time) {
  std::vector<double> values(40);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.9 * static_cast<double>(i % 13) / 13.0;
  }
  values[3] = 3.0 - 2.5 * time;
  values[17] = 1.0 + 1.5 * time;
  return Reflected(values);
}

/// The same with tops that are `copies` times there, among many elements.
Reflected crossing_of_copies(double time, std::size_t copies) {
  std::vector<double> values = decay(600, 1, 600, 0.9);
  for (std::size_t copy = 0; copy < copies; ++copy) {
    values[20 + copy] = 3.0 - 2.0 * time;
    values[50 + copy] = 1.0 + 2.0 * time;
  }
  return Reflected(values);
}

double largest(const Reflected& op) { return op.eigenvalues(1)[0]; }

/// Tracker and SLEPc (measure.solver = "auto" and "slepc") at one operator.
void expect_both(TopEigenvalueTracker<double>& tracker, const Reflected& op, double tolerance) {
  const double known = largest(op);
  const TopEigenvalue top = tracker.measure(op);
  EXPECT_TRUE(top.converged);
  EXPECT_NEAR(top.value, known, 2.0 * tolerance * std::abs(known));
  const Spectrum second_opinion = largest_eigenvalues(op, {1, tolerance});
  EXPECT_TRUE(second_opinion.converged);
  EXPECT_NEAR(second_opinion.values.at(0), known, tolerance * std::abs(known));
}

TEST(TopEigenvalue, TellsItsVectorsWhole) {
  for (const Layout layout : {Layout::all_ranks, Layout::last_rank}) {
    std::vector<double> values(40, 0.1);
    values[3] = 3.0;
    values[17] = 2.0;
    const Reflected op(values, layout);
    TopEigenvalueTracker tracker(1e-8);
    tracker.measure(op);
    std::vector<double> all, mine;
    const Block part = elements_of(op.ranks(), op.size(), layout);
    for (Index i = 0; i < op.size(); ++i) all.push_back(std::cos(static_cast<double>(i)));
    for (Index i = part.begin; i < part.end; ++i) mine.push_back(all[static_cast<std::size_t>(i)]);
    const std::vector<double> told = tracker.whole_with_top(mine, 2);
    ASSERT_EQ(told.size(), 3 * all.size());
    double on_top = 0.0, square = 0.0;
    for (std::size_t row = 1; row < 3; ++row) {
      double along = 0.0;
      for (std::size_t i = 0; i < all.size(); ++i) along += told[row * all.size() + i] * all[i];
      on_top += along * along;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(told[i], all[i]);
      square += all[i] * all[i];
    }
    EXPECT_NEAR(on_top / square, tracker.share_on_top(mine, 2), 1e-12);
  }
}

class TopOfMoving : public ::testing::TestWithParam<Motion> {};

TEST_P(TopOfMoving, StaysWithinTheToleranceAtFewProducts) {
  for (const double tolerance : {1e-2, 1e-3, 1e-4}) {
    TopEigenvalueTracker tracker(tolerance);
    Index products = 0;
    for (Index step = 0; step <= 100; ++step) {
      const Reflected op = moving(GetParam(), step);
      const TopEigenvalue top = tracker.measure(op);
      EXPECT_TRUE(top.converged) << step;
      EXPECT_LE(top.error_estimate, tolerance) << step;
      EXPECT_NEAR(top.value, largest(op), tolerance * largest(op)) << step << " at " << tolerance;
      if (step > 10) products += top.products;
    }
    EXPECT_LT(static_cast<double>(products) / 90.0, GetParam().products) << tolerance;
  }
}

TEST_P(TopOfMoving, ContinuesFromItsStateBitByBit) {
  TopEigenvalueTracker whole(1e-4);
  for (Index step = 0; step < 40; ++step) {
    TopEigenvalueTracker continued(1e-4);
    continued.restore(whole.state());
    continued.restore(continued.state());  // also of one that has not measured yet
    for (Index ahead = step; ahead < step + 3; ++ahead) {
      const Reflected op = moving(GetParam(), ahead);
      const TopEigenvalue b = continued.measure(op);
      if (ahead > step) continue;
      const TopEigenvalue a = whole.measure(op);
      EXPECT_EQ(a.value, b.value) << step;
      EXPECT_EQ(a.error_estimate, b.error_estimate) << step;
      EXPECT_EQ(a.residual, b.residual) << step;
      EXPECT_EQ(a.products, b.products) << step;
      const TrackerState left = whole.state(), right = continued.state();
      EXPECT_EQ(left.vectors, right.vectors) << step;
      EXPECT_EQ(left.values, right.values) << step;
      EXPECT_EQ(left.doubt, right.doubt) << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, TopOfMoving, ::testing::ValuesIn(motions()),
                         [](const auto& info) { return info.param.name; });

class TopOf : public ::testing::TestWithParam<KnownSpectrum> {};

TEST_P(TopOf, TrackerAndSlepcFindTheLargest) {
  const Reflected op = GetParam().op();
  TopEigenvalueTracker tracker(1e-7);
  for (int again = 0; again < 4; ++again) expect_both(tracker, op, 1e-7);
}

INSTANTIATE_TEST_SUITE_P(Known, TopOf, ::testing::ValuesIn(known_spectra()),
                         [](const auto& info) { return info.param.name; });

TEST(TopEigenvalueTracker, FollowsTheLargestThroughACrossing) {
  for (const double tolerance : {1e-3, 1e-6}) {
    TopEigenvalueTracker tracker(tolerance);
    for (int step = 0; step <= 20; ++step) {
      SCOPED_TRACE(step);
      expect_both(tracker, crossing(0.05 * step), tolerance);
    }
  }
}

TEST(TopEigenvalueTracker, FollowsEqualEigenvaluesThroughACrossing) {
  for (const std::size_t copies : {1, 3, 10}) {
    TopEigenvalueTracker tracker(1e-6);
    for (int step = 0; step <= 20; ++step) {  // at step 10 twice as many are equal
      SCOPED_TRACE(step);
      expect_both(tracker, crossing_of_copies(0.05 * step, copies), 1e-6);
    }
  }
}

TEST(TopEigenvalueTracker, FindsTheLargestEigenvalueOfALinearModelWithClasses) {
  const GramOfClasses op(60, 4, 10);
  TopEigenvalueTracker tracker(1e-9);
  const double known = op.eigenvalues(1)[0];
  for (int again = 0; again < 3; ++again) {
    EXPECT_NEAR(tracker.measure(op).value, known, 1e-9 * known);
  }
}

TEST(TopEigenvalueTracker, FindsANewTopThatTheOldVectorDoesNotSee) {
  // The eigenvector of the old top stays one, exactly: its residual alone says all is well.
  TopEigenvalueTracker tracker(1e-6);
  EXPECT_NEAR(tracker.measure(crossing(0.0)).value, 3.0, 1e-5);
  EXPECT_NEAR(tracker.measure(crossing(1.0)).value, 2.5, 1e-5);
}

TEST(TopEigenvalueTracker, ComesBackFromZero) {
  TopEigenvalueTracker tracker(1e-6);
  const Reflected zero(std::vector<double>(40, 0.0));
  for (const double time : {0.0, 0.5, 1.0}) {
    expect_both(tracker, crossing(time), 1e-6);
    for (int again = 0; again < 6; ++again) {  // scouts as well
      const TopEigenvalue top = tracker.measure(zero);
      EXPECT_TRUE(top.converged);
      EXPECT_EQ(top.value, 0.0);
      EXPECT_EQ(top.residual, 0.0);
    }
  }
}

/// Eigenvalues as of a batch-normalized network: as many as outputs lie close below the largest.
/// One random direction misses it now and then and meets the second one, with a small residual.
TEST(TopEigenvalueTracker, FindsTheLargestOfACrowdFromCold) {
  for (Index size = 60; size < 160; ++size) {
    std::vector<double> values = {5.48, 4.46, 3.35, 3.16, 3.02, 2.93, 2.49};
    for (Index i = 7; i < size; ++i) values.push_back(2.3 * std::pow(0.96, i));
    TopEigenvalueTracker tracker(1e-3);
    const TopEigenvalue top = tracker.measure(Reflected(std::move(values)));
    EXPECT_TRUE(top.converged) << size;
    EXPECT_NEAR(top.value, 5.48, 5.48e-3) << "size " << size << ", products " << top.products;
  }
}

TEST(TopEigenvalueTracker, FindsTheLargestWithRoomForFewVectors) {
  TopEigenvalueTracker tracker(1e-9, {4, 16});
  std::vector<double> values(400);  // evenly spread: no gap to speak of
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const Reflected op(values);
  const TopEigenvalue top = tracker.measure(op);
  EXPECT_TRUE(top.converged);
  EXPECT_GT(top.products, 30);  // many times the room
  EXPECT_NEAR(top.value, largest(op), 1e-9 * largest(op));
}

TEST(TopEigenvalueTracker, ContinuesFromEachRanksOwnPartOfItsState) {
  TopEigenvalueTracker whole(1e-6), continued(1e-6);
  for (int step = 0; step < 8; ++step) whole.measure(crossing(0.05 * step));
  continued.restore_own(whole.own_state());
  for (int step = 8; step <= 20; ++step) {
    const Reflected op = crossing(0.05 * step);
    EXPECT_EQ(whole.measure(op).value, continued.measure(op).value) << step;
  }
}

/// A state of no measurements that expects values of its own in the directions of the unit vectors
/// `first`, `first` + 1, ...
TrackerState guess_at(Index size, Index first, const std::vector<double>& values) {
  TrackerState guess;
  guess.kept = static_cast<Index>(values.size());
  guess.values = values;
  guess.vectors.assign(static_cast<std::size_t>(guess.kept * size), 0.0);
  guess.doubt.assign(values.size() * values.size(), 0.0);
  for (Index i = 0; i < guess.kept; ++i) {
    guess.vectors[static_cast<std::size_t>(i * size + first + i)] = 1.0;
  }
  return guess;
}

TEST(TopEigenvalueTracker, GivesUpAGuessThatMissesTheTop) {
  const Index size = 400, guessed = 300;
  std::vector<double> values = decay(size, 1, size, 0.1);
  for (Index i = 0; i < 4; ++i) values[static_cast<std::size_t>(guessed + i)] = 1.0 - 0.05 * i;
  const TrackerState guess = guess_at(size, guessed, {1.0, 0.95, 0.9, 0.85});
  for (const double hidden : {0.05, 1.02, 1.3, 2.0}) {
    values[17] = hidden;
    const Reflected op(values);
    TopEigenvalueTracker tracker(1e-5);
    tracker.restore(guess);
    const TopEigenvalue top = tracker.measure(op);
    EXPECT_TRUE(top.converged);
    EXPECT_NEAR(top.value, largest(op), 1e-5 * largest(op)) << hidden;
    if (hidden < 1.0) {
      EXPECT_LT(top.products, 10);  // as few as show the guess to be true
    }
  }
}

TEST(TopEigenvalueTracker, ContinuesFromItsState) {
  TopEigenvalueTracker whole(1e-6);
  for (int step = 0; step < 8; ++step) whole.measure(crossing(0.05 * step));
  TopEigenvalueTracker continued(1e-6);
  continued.restore(whole.state());
  for (int step = 8; step <= 20; ++step) {
    const Reflected op = crossing(0.05 * step);
    const TopEigenvalue a = whole.measure(op), b = continued.measure(op);
    EXPECT_EQ(a.value, b.value) << step;
    EXPECT_EQ(a.products, b.products) << step;
  }
}

TEST(TopEigenvalueTracker, CostsOneProductAMeasurementOnceNothingChanges) {
  TopEigenvalueTracker tracker(1e-4);
  const Reflected op = crossing(0.2);
  Index products = 0;
  for (int i = 0; i < 100; ++i) products += tracker.measure(op).products;
  EXPECT_LT(products, 200);
}

}  // namespace
}  // namespace catapult::testing
