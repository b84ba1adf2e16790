// What is drawn for augmented samples.
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>

#include "data/augment.hpp"

namespace catapult {
namespace {

constexpr Augmentation everything{.flip = true, .crop = true, .mixup = true, .padding = 3};

/// The draws of all rows of `steps` batches.
std::vector<RowDraw> all_draws(const Augmentation& augmentation, Index samples, Index batch,
                               Index steps) {
  const BatchOrder order(samples, batch, 0);
  std::vector<RowDraw> all;
  for (Index step = 0; step < steps; ++step) {
    const auto draws = draws_of(augmentation, order, step, {0, order.size()});
    all.insert(all.end(), draws.begin(), draws.end());
  }
  return all;
}

TEST(Draws, FlipHalfOfTheImagesAndCutAtEveryCornerEquallyOften) {
  const auto draws = all_draws(everything, 100, 100, 144);  // 400 a corner
  std::map<std::pair<Index, Index>, double> at, flipped_at;
  double flipped = 0.0;
  for (const RowDraw& draw : draws) {
    const std::pair corner(draw.own.down, draw.own.right);
    at[corner] += 1.0;
    flipped += draw.own.flip ? 1.0 : 0.0;
    flipped_at[corner] += draw.own.flip ? 1.0 : 0.0;
  }
  EXPECT_NEAR(flipped, 7200.0, 4.5 * 60.0);
  EXPECT_EQ(at.size(), 36u);
  for (Index down = -3; down < 3; ++down) {
    for (Index right = -3; right < 3; ++right) {
      const std::pair corner(down, right);
      EXPECT_NEAR(at[corner], 400.0, 4.5 * 20.0) << down << ' ' << right;
      EXPECT_NEAR(flipped_at[corner], 0.5 * at[corner], 4.5 * 10.0) << down << ' ' << right;
    }
  }
}

TEST(Draws, OfWeightsAreUniformAndOneASample) {
  const auto draws = all_draws(everything, 100, 25, 400);
  double sum = 0.0, squares = 0.0;
  std::set<double> distinct;
  for (const RowDraw& draw : draws) {
    EXPECT_GT(draw.weight, 0.0);
    EXPECT_LT(draw.weight, 1.0);
    sum += draw.weight;
    squares += draw.weight * draw.weight;
    distinct.insert(draw.weight);
  }
  const double count = 10000.0;
  EXPECT_NEAR(sum / count, 1.0 / 2.0, 4.5 * 0.0029);
  EXPECT_NEAR(squares / count, 1.0 / 3.0, 4.5 * 0.0030);
  EXPECT_EQ(distinct.size(), draws.size());
}

TEST(Draws, DependOnSeedEpochAndSampleAlone) {
  using Key = std::pair<Index, Index>;  // epoch, sample
  using Drawn = std::tuple<bool, Index, Index, double>;
  const auto drawn = [](Index batch, Index seed) {
    const BatchOrder order(23, batch, 5);
    Augmentation augmentation = everything;
    augmentation.seed = seed;
    std::map<Key, Drawn> all;
    for (Index step = 0; step < 4 * 23 / order.size(); ++step) {
      const auto draws = draws_of(augmentation, order, step, {0, order.size()});
      const auto samples = order.indices(step);
      for (std::size_t row = 0; row < draws.size(); ++row) {
        const RowDraw& draw = draws[row];
        const Key key(order.epoch(step, static_cast<Index>(row)), samples[row]);
        const Drawn mine(draw.own.flip, draw.own.down, draw.own.right, draw.weight);
        EXPECT_TRUE(all.emplace(key, mine).second);
      }
    }
    return all;
  };
  const auto whole = drawn(0, 1), one_by_one = drawn(1, 1), other = drawn(0, 2);
  EXPECT_EQ(whole, one_by_one);
  std::set<double> weights;
  for (const auto& [key, draw] : whole) {
    EXPECT_NE(draw, other.at(key));
    weights.insert(std::get<double>(draw));
  }
  EXPECT_EQ(weights.size(), 4u * 23u);
}

TEST(Draws, OfPartsOfABatchAreThoseOfTheWhole) {
  for (const Index batch : {1, 2, 7, 9}) {
    const BatchOrder order(9, batch, 3);
    const auto whole = draws_of(everything, order, 4, {0, batch});
    for (Index ranks = 1; ranks <= 5; ++ranks) {
      for (Index rank = 0; rank < ranks; ++rank) {
        const Block mine = block_of(batch, ranks, rank);
        const auto part = draws_of(everything, order, 4, mine);
        ASSERT_EQ(static_cast<Index>(part.size()), mine.size());
        for (Index row = mine.begin; row < mine.end; ++row) {
          const RowDraw& here = part[static_cast<std::size_t>(row - mine.begin)];
          const RowDraw& there = whole[static_cast<std::size_t>(row)];
          EXPECT_EQ(here.weight, there.weight);
          EXPECT_EQ(here.own.right, there.own.right);
          EXPECT_EQ(here.partner.right, there.partner.right);
          EXPECT_EQ(here.partner.flip, there.partner.flip);
        }
      }
    }
  }
}

TEST(Partners, ElsewhereAreThoseThatTheRankHasNotItself) {
  for (Index batch = 1; batch <= 9; ++batch) {
    for (Index ranks = 1; ranks <= 5; ++ranks) {
      for (Index rank = 0; rank < ranks; ++rank) {
        const Block mine = block_of(batch, ranks, rank);
        std::set<Index> expected;
        for (Index row = mine.begin; row < mine.end; ++row) {
          const Index partner = batch - 1 - row;
          if (partner < mine.begin || partner >= mine.end) expected.insert(partner);
        }
        const Block elsewhere = partners_elsewhere(batch, mine);
        std::set<Index> found;
        for (Index row = elsewhere.begin; row < elsewhere.end; ++row) found.insert(row);
        EXPECT_EQ(found, expected) << batch << ' ' << ranks << ' ' << rank;
        EXPECT_EQ(elsewhere.size(), static_cast<Index>(expected.size()));
      }
    }
  }
}

}  // namespace
}  // namespace catapult
