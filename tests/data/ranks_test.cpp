// Data on several ranks: the same everywhere, errors too.
#include <gmock/gmock.h>

#include "data/dataset.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::to_vector;

template <class Real>
void expect_same_as_alone(const DataOptions& options) {
  const auto together = load_dataset<Real>(options, Communicator(MPI_COMM_WORLD));
  const auto alone = load_dataset<Real>(options, Communicator::self());
  EXPECT_GT(together.train.size(), 0);
  EXPECT_EQ(to_vector(together.train.x), to_vector(alone.train.x));
  EXPECT_EQ(to_vector(together.train.y), to_vector(alone.train.y));
  EXPECT_EQ(together.test.size(), alone.test.size());
  EXPECT_EQ(together.test.inputs(), alone.test.inputs());
  EXPECT_EQ(to_vector(together.test.x), to_vector(alone.test.x));
  EXPECT_EQ(to_vector(together.test.y), to_vector(alone.test.y));
}

TEST(DataOnRanks, IsBitForBitWhatOneRankReads) {
  DataOptions options;
  options.path = CATAPULT_SOURCE_DIR "/inputs/data/digits";
  options.classes = {7, 2, 5};
  options.train_samples = 77;
  expect_same_as_alone<float>(options);
  expect_same_as_alone<double>(options);
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
  EXPECT_EQ(load_dataset<double>(options, ranks).train.size(), 7);
}

TEST(DataOnRanks, FailsEverywhereWithTheSameMessage) {
  const Communicator ranks(MPI_COMM_WORLD);
  DataOptions options;
  options.path = fmt::format("missing-on-rank-{}", ranks.rank());
  const auto missing = failure_of([&] { load_dataset<float>(options, ranks); });
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.message, HasSubstr("missing-on-rank-0"));
  options.path = CATAPULT_SOURCE_DIR "/inputs/data/digits";
  options.classes = {10};
  EXPECT_EQ(failure_of([&] { load_dataset<float>(options, ranks); }).code, 2);
}

}  // namespace
}  // namespace catapult
