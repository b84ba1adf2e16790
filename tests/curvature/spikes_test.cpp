// Spikes of sequences that are known.
#include "curvature/spikes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace catapult::testing {
namespace {

constexpr double rise = 1.0;
constexpr Index window = 5;

/// Of three numbers, the loss alone given; lambda is 10 less the step.
Sighting sighting(Index step, double loss) {
  const auto time = static_cast<double>(step);
  return {step, loss, 10.0 - time, {loss, 0.0, time}, {1.0, 0.0, 0.0}};
}

/// Those of these losses at steps 0, 1, ..., the last one finished; the state goes from one watch
/// to the next before each step of `broken`.
std::vector<Spike> spikes_of(const std::vector<double>& losses, const std::vector<Index>& broken) {
  std::vector<Spike> found;
  SpikeWatch watch(rise, window);
  for (Index step = 0; step < static_cast<Index>(losses.size()); ++step) {
    for (const Index at : broken) {
      if (at != step) continue;
      const SpikeState state = watch.state();
      watch = SpikeWatch(rise, window);
      watch.restore(state);
    }
    const Sighting now = sighting(step, losses[static_cast<std::size_t>(step)]);
    if (const auto spike = watch.see(now)) found.push_back(*spike);
    if (step + 1 == static_cast<Index>(losses.size())) {
      if (const auto spike = watch.finish(now)) found.push_back(*spike);
    }
  }
  return found;
}

TEST(Spikes, AreFoundWhereTheyAre) {
  // One that doubles again before it peaks and one that ends with the sequence.
  const std::vector<double> losses = {5, 4, 1, 2, 3, 9, 16, 7, 5, 4, 3, 1.5, 1.4, 8, 6};
  for (const std::vector<Index>& broken : {std::vector<Index>{}, {4}, {6}, {9}, {3, 14}}) {
    const std::vector<Spike> found = spikes_of(losses, broken);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].start, 2);
    EXPECT_EQ(found[0].peak, 6);
    EXPECT_EQ(found[0].end, 9);  // sqrt(1 * 16)
    EXPECT_TRUE(found[0].returned);
    EXPECT_EQ(found[0].loss_before, 1.0);
    EXPECT_EQ(found[0].height(), 16.0);
    EXPECT_EQ(found[0].lambda_before, 8.0);
    EXPECT_EQ(found[0].lambda_after, 1.0);
    EXPECT_EQ(found[1].start, 12);
    EXPECT_EQ(found[1].peak, 13);
    EXPECT_EQ(found[1].end, 14);
    EXPECT_FALSE(found[1].returned);
  }
}

TEST(Spikes, AreNotFoundInNoiseNorInASlowRise) {
  EXPECT_TRUE(spikes_of({4, 3, 2, 3.9, 2.5, 1.9, 3.7, 3, 3.5}, {}).empty());
  std::vector<double> slow;  // by 1.14^5 < 2 in the window
  for (Index step = 0; step < 50; ++step) slow.push_back(std::pow(1.14, step));
  EXPECT_TRUE(spikes_of(slow, {}).empty());
  for (double& loss : slow) loss = std::pow(loss, 1.1);  // by 2.05
  EXPECT_EQ(spikes_of(slow, {}).size(), 1u);
}

TEST(Spikes, OfOneAfterAnother) { EXPECT_EQ(spikes_of({1, 3, 1, 3, 1.5, 4, 2}, {2}).size(), 3u); }

TEST(Spikes, TellTheShareOfTheGrowthInTheTopModesAtTheStart) {
  const double half = std::sqrt(0.5);
  const std::vector<double> top = {half, half, 0, 0, 0, 0, 1, 0};      // of the start
  const std::vector<double> turned = {0, 0, 0, 1, half, -half, 0, 0};  // afterwards
  SpikeWatch watch(rise, window);
  EXPECT_FALSE(watch.see({0, 1.0, 2.0, {1, 1, 1, 1}, top}));
  // d = 3 (e1 + e2) + 2 (e1 - e2) + 4 e3 + 5 e4
  EXPECT_FALSE(watch.see({1, 9.0, 2.0, {6, 2, 5, 6}, turned}));
  const auto spike = watch.see({2, 1.0, 1.0, {1, 1, 1, 1}, turned});
  ASSERT_TRUE(spike);
  EXPECT_NEAR(spike->top_share, (18.0 + 16.0) / (18.0 + 8.0 + 16.0 + 25.0), 1e-14);
}

}  // namespace
}  // namespace catapult::testing
