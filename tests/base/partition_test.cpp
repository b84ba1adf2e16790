// Contiguous blocks of rows or neurons.
#include "base/partition.hpp"

#include <gtest/gtest.h>

namespace catapult {
namespace {

TEST(BlockOf, CoversEveryCountOnceInOrder) {
  for (const Index count : {0, 1, 2, 7, 10, 512, 2049}) {
    for (const Index parts : {1, 2, 3, 5, 8, 13}) {
      Index end = 0;
      for (Index part = 0; part < parts; ++part) {
        const Block block = block_of(count, parts, part);
        EXPECT_EQ(block.begin, end) << count << " over " << parts << ", part " << part;
        EXPECT_GE(block.size(), 0);
        end = block.end;
      }
      EXPECT_EQ(end, count) << count << " over " << parts;
    }
  }
}

TEST(BlockOf, SizesDifferByAtMostOneAndTheFirstAreLarger) {
  EXPECT_EQ(block_of(7, 3, 0), (Block{0, 3}));
  EXPECT_EQ(block_of(7, 3, 1), (Block{3, 5}));
  EXPECT_EQ(block_of(7, 3, 2), (Block{5, 7}));
}

TEST(BlockOf, LeavesTheLastPartsEmptyWhereThereAreTooMany) {
  EXPECT_EQ(block_of(2, 4, 1), (Block{1, 2}));
  EXPECT_EQ(block_of(2, 4, 2), (Block{2, 2}));
  EXPECT_EQ(block_of(2, 4, 3), (Block{2, 2}));
}

TEST(BlockOf, CountsBeyond32Bits) {
  const Index count = (Index{1} << 40) + 1;
  EXPECT_EQ(block_of(count, 2, 0).size(), (Index{1} << 39) + 1);
  EXPECT_EQ(block_of(count, 2, 1).end, count);
}

}  // namespace
}  // namespace catapult
