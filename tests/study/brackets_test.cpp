// Boundaries found by trials.
#include "study/brackets.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "plan/steps.hpp"

namespace catapult {
namespace {

/// Tries until nothing is left to try; `beyond(c)` says what a trial finds.
template <class Beyond>
Brackets searched(std::size_t boundaries, double low, double high, double resolution,
                  const Beyond& beyond) {
  Brackets brackets(boundaries, low, high, resolution);
  while (const auto c = brackets.next()) {
    EXPECT_GE(*c, low);
    EXPECT_LE(*c, high);
    brackets.tell(*c, beyond(*c));
    EXPECT_LT(brackets.trials(), 200) << "no end";
    if (brackets.trials() >= 200) break;
  }
  return brackets;
}

TEST(Brackets, HoldTheBoundaryAtTheResolutionByFewTrials) {
  for (const double boundary : {1.001, 4.0, 17.3, 39.99}) {
    const auto found =
        searched(1, 1.0, 40.0, 0.02, [&](double c) { return std::vector<bool>{c > boundary}; });
    const Bracket bracket = found.bracket(0);
    EXPECT_TRUE(bracket.monotone);
    EXPECT_LE(bracket.low, boundary);
    EXPECT_GT(bracket.high, boundary);
    EXPECT_LE(bracket.high - bracket.low, 0.02);
    EXPECT_EQ(found.trials(), trainings_of({{"diverges"}, {1.0, 40.0}, 0.02, 0.1}));
    EXPECT_LE(8.0 * static_cast<double>(found.trials()), 39.0 / 0.02);
  }
}

TEST(Brackets, OfSeveralBoundariesShareTheirTrials) {
  const auto found = searched(2, 1.0, 40.0, 0.02, [](double c) {
    return std::vector<bool>{c > 2.0, c > 12.0};
  });
  EXPECT_NEAR(found.bracket(0).low, 2.0, 0.02);
  EXPECT_NEAR(found.bracket(1).high, 12.0, 0.02);
  EXPECT_LT(found.trials(), trainings_of({{"loss_rises", "diverges"}, {1.0, 40.0}, 0.02, 0.1}));
}

TEST(Brackets, TellWhatLiesOutside) {
  const auto all = searched(1, 2.0, 3.0, 0.1, [](double) { return std::vector<bool>{true}; });
  EXPECT_TRUE(std::isnan(all.bracket(0).low));
  EXPECT_EQ(all.bracket(0).high, 2.0);
  const auto none = searched(1, 2.0, 3.0, 0.1, [](double) { return std::vector<bool>{false}; });
  EXPECT_EQ(none.bracket(0).low, 3.0);
  EXPECT_TRUE(std::isnan(none.bracket(0).high));
  EXPECT_EQ(all.trials(), 2);
  EXPECT_EQ(none.trials(), 2);
}

TEST(Brackets, TellWhatIsNotMonotone) {
  // Training diverges between 5 and 6 and above 20; the second boundary's trials see it.
  const auto found = searched(2, 1.0, 40.0, 0.02, [](double c) {
    return std::vector<bool>{(c > 5.0 && c < 6.0) || c > 20.0, c > 5.5};
  });
  EXPECT_FALSE(found.bracket(0).monotone);
  EXPECT_LT(found.bracket(0).low, 6.0);
  EXPECT_GT(found.bracket(0).high, 6.0);
  EXPECT_TRUE(found.bracket(1).monotone);
  EXPECT_NEAR(found.bracket(1).low, 5.5, 0.02);
}

}  // namespace
}  // namespace catapult
