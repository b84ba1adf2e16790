// Checked narrowing of counts.
#include "base/integer.hpp"

#include <gmock/gmock.h>

namespace catapult {
namespace {

TEST(Narrow, KeepsWhatFits) {
  EXPECT_EQ(narrow<int>(0, "count"), 0);
  EXPECT_EQ(narrow<int>(2147483647, "count"), 2147483647);
  EXPECT_EQ(narrow<int>(-2147483648, "count"), -2147483647 - 1);
  EXPECT_EQ(narrow<Index>(Index{1} << 62, "count"), Index{1} << 62);
}

TEST(Narrow, RefusesOneMoreThanFits) {
  EXPECT_THROW(narrow<int>(Index{1} << 31, "count"), UsageError);
  EXPECT_THROW(narrow<int>(-(Index{1} << 31) - 1, "count"), UsageError);
}

TEST(Narrow, RefusesNegativesForUnsigned) {
  EXPECT_THROW(narrow<std::uint32_t>(-1, "count"), UsageError);
  EXPECT_EQ(narrow<std::uint32_t>(4294967295, "count"), 4294967295U);
}

TEST(Narrow, NamesTheCountAndTheLimit) {
  try {
    narrow<int>(Index{1} << 32, "rows of the kernel");
    FAIL() << "2^32 went into an int";
  } catch (const UsageError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("rows of the kernel is 4294967296"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("counts to 2147483647"));
  }
}

}  // namespace
}  // namespace catapult
