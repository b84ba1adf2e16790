// Data on several ranks: blocks of what one rank has, errors the same everywhere.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "data/dataset.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::to_vector;

/// Every grid of all ranks.
std::vector<Grid> grids() {
  const Communicator ranks(MPI_COMM_WORLD);
  std::vector<Grid> all;
  for (int width = 1; width <= ranks.size(); ++width) {
    if (ranks.size() % width == 0) all.push_back(make_grid(ranks, width));
  }
  return all;
}

template <class Real>
void expect_block_of(const SpreadSamples<Real>& spread, const Samples<Real>& alone,
                     const Communicator& ranks) {
  ASSERT_EQ(spread.size(), alone.size());
  EXPECT_EQ(spread.inputs(), alone.inputs());
  EXPECT_EQ(spread.outputs(), alone.outputs());
  EXPECT_EQ(spread.mine().image, alone.image);
  const auto mine = rows(alone, block_of(alone.size(), ranks.size(), ranks.rank()));
  EXPECT_EQ(to_vector(spread.mine().x), to_vector(mine.x));
  EXPECT_EQ(to_vector(spread.mine().y), to_vector(mine.y));
}

template <class Real>
void expect_same_as_alone(const DataOptions& options) {
  const auto alone = testing::load<Real>(options);
  EXPECT_GT(alone.train.size(), 0);
  for (const Grid& grid : grids()) {
    const auto together = load_dataset<Real>(options, grid);
    expect_block_of(together.train, alone.train, grid.samples);
    expect_block_of(together.test, alone.test, grid.samples);
  }
}

TEST(DataOnRanks, HoldsBlocksOfWhatOneRankReadsBitForBit) {
  DataOptions options;
  options.path = CATAPULT_SOURCE_DIR "/inputs/data/digits";
  options.classes = {7, 2, 5};
  options.train_samples = 77;
  expect_same_as_alone<float>(options);
  expect_same_as_alone<double>(options);
}

TEST(DataOnRanks, MayBeImagesWithCenteredLabels) {
  DataOptions options;
  options.source = "gaussian";
  options.image = {2, 3, 5};
  options.train_samples = 7;
  options.test_samples = 2;
  options.center_labels = true;
  expect_same_as_alone<float>(options);
}

TEST(DataOnRanks, MayBeASingleSampleWithoutTestPart) {
  DataOptions options;
  options.source = "toy";
  options.target = 0.5;
  expect_same_as_alone<float>(options);
}

TEST(DataOnRanks, IsReadByRankZeroOnly) {
  const TempFolder folder;  // each rank has its own, only that of rank 0 has files
  const Communicator ranks(MPI_COMM_WORLD);
  if (ranks.is_root()) testing::SmallIdx().write(folder.path());
  DataOptions options;
  options.path = folder.path();
  for (const Grid& grid : grids()) {
    EXPECT_EQ(load_dataset<double>(options, grid).train.size(), 7);
  }
}

TEST(DataOnRanks, FailsEverywhereWithTheSameMessage) {
  const Communicator ranks(MPI_COMM_WORLD);
  DataOptions options;
  options.path = fmt::format("missing-on-rank-{}", ranks.rank());
  const auto missing = failure_of([&] { load_dataset<float>(options, grids()[0]); });
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.message, HasSubstr("missing-on-rank-0"));
  options.path = CATAPULT_SOURCE_DIR "/inputs/data/digits";
  options.classes = {10};
  EXPECT_EQ(failure_of([&] { load_dataset<float>(options, grids()[0]); }).code, 2);
}

}  // namespace
}  // namespace catapult
