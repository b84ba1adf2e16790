// Every element of a kernel is computed by exactly one rank, on any grid.
#include "curvature/tiles.hpp"

#include <gtest/gtest.h>

#include <array>

namespace catapult {
namespace {

SampleLayout layout(Index samples, int sample_ranks, int width_ranks) {
  return {{width_ranks, sample_ranks}, samples};
}

/// How often each pair of samples is computed, mirror images counted together where symmetric.
std::vector<int> counts(const SampleLayout& rows, const SampleLayout& columns, Index outputs,
                        bool symmetric) {
  std::vector<int> computed(static_cast<std::size_t>(rows.samples * columns.samples), 0);
  for (int step = 0; step < ring_steps(rows, symmetric); ++step) {
    for (int rank = 0; rank < rows.sample_ranks; ++rank) {
      for (const KernelTile& tile : tiles_of(rows, columns, outputs, rank, step, symmetric)) {
        for (Index i = tile.rows.begin; i < tile.rows.end; ++i) {
          for (Index j = tile.columns.begin; j < tile.columns.end; ++j) {
            const bool below = symmetric && step == 0 && j < i;  // inside a tile on the diagonal
            if (!below) ++computed[static_cast<std::size_t>(i * columns.samples + j)];
          }
        }
      }
    }
  }
  return computed;
}

constexpr std::array<std::array<int, 2>, 7> grids = {
    {{1, 1}, {2, 1}, {1, 3}, {3, 2}, {4, 1}, {6, 1}, {4, 3}}};

TEST(Tiles, CoverEachPairOfMirrorImagesOnce) {
  for (const auto [sample_ranks, width_ranks] : grids) {
    for (const Index samples : {1, 3, 26, 131}) {
      const SampleLayout all = layout(samples, sample_ranks, width_ranks);
      const std::vector<int> computed = counts(all, all, 9, true);
      for (Index i = 0; i < samples; ++i) {
        for (Index j = 0; j <= i; ++j) {
          const int both = computed[static_cast<std::size_t>(i * samples + j)] +
                           (i == j ? 0 : computed[static_cast<std::size_t>(j * samples + i)]);
          ASSERT_EQ(both, 1) << sample_ranks << " x " << width_ranks << ": " << i << ", " << j;
        }
      }
    }
  }
}

TEST(Tiles, CoverARectangleOnce) {
  for (const auto [sample_ranks, width_ranks] : grids) {
    const auto computed = counts(layout(5, sample_ranks, width_ranks),
                                 layout(37, sample_ranks, width_ranks), 2000, false);
    for (const int times : computed) ASSERT_EQ(times, 1);
  }
}

TEST(Tiles, HoldTheRowsOfTheirOwnerAndAreOfBoundedSize) {
  const SampleLayout all = layout(5000, 2, 3);
  for (const KernelTile& tile : tiles_of(all, all, 10, 1, 0, true)) {
    const Block own = all.of_rank(1, tile.owner);
    EXPECT_GE(tile.rows.begin, own.begin);
    EXPECT_LE(tile.rows.end, own.end);
    EXPECT_LE(tile.rows.size() * 10 * tile.columns.size() * 10, Index{1} << 20);
  }
}

TEST(Tiles, ComputeFewPairsTwiceAtTheDiagonal) {
  const SampleLayout all = layout(512, 1, 1);
  Index computed = 0, tiles = 0;
  for (const KernelTile& tile : tiles_of(all, all, 10, 0, 0, true)) {
    computed += tile.rows.size() * tile.columns.size();
    ++tiles;
  }
  EXPECT_LT(static_cast<double>(computed), 1.05 * 512 * 513 / 2);
  EXPECT_LT(tiles, 50);
}

}  // namespace
}  // namespace catapult
