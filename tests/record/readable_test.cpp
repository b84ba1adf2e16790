// Numbers, times and tables as people read them.
#include "record/readable.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace catapult {
namespace {

using ::testing::ElementsAre;

TEST(Brief, HasFourDigitsAndADashWhereNothingWasMeasured) {
  EXPECT_EQ(brief(0.0123456), "0.01235");
  EXPECT_EQ(brief(3.0), "3");
  EXPECT_EQ(brief(NAN), "-");
  EXPECT_EQ(brief(-NAN), "-");
  EXPECT_EQ(brief(HUGE_VAL), "inf");
}

TEST(Duration, NeverNeedsAnExponent) {
  EXPECT_EQ(duration(0.0034), "3.4 ms");
  EXPECT_EQ(duration(0.32), "320 ms");
  EXPECT_EQ(duration(0.9996), "1 s");
  EXPECT_EQ(duration(119.6), "120 s");
  EXPECT_EQ(duration(315.0), "5.25 min");
  EXPECT_EQ(duration(7199.9), "120 min");
  EXPECT_EQ(duration(3.6e6), "1000.0 h");
}

TEST(Counted, HasOneOfOne) {
  EXPECT_EQ(counted(1, "rank") + counted(2, "rank") + counted(0, "rank"), "1 rank2 ranks0 ranks");
}

TEST(Aligned, PutsNumbersToTheRightAndWordsToTheLeft) {
  EXPECT_THAT(aligned({{"phase", "loss", "of"},
                       {"lazy", "1.5", "relu"},
                       {"divergent", "inf", "x"},
                       {"lazy", "12.25", "-"}}),
              ElementsAre("phase       loss  of",    //
                          "lazy         1.5  relu",  //
                          "divergent    inf  x",     //
                          "lazy       12.25  -"));
}

TEST(Aligned, LeavesOutColumnsWithoutValues) {
  EXPECT_THAT(
      aligned(
          {{"member", "accuracy", "c", "lambda"}, {"0000", "-", "1", ""}, {"0001", "-", "-", ""}}),
      ElementsAre("member  c", "  0000  1", "  0001  -"));
}

TEST(Aligned, KeepsHeadingsApartFromColumns) {
  EXPECT_THAT(aligned({{"c", "loss"}, {"a heading wider than all columns"}, {"1", "2"}}),
              ElementsAre("c  loss", "a heading wider than all columns", "1     2"));
}

}  // namespace
}  // namespace catapult
