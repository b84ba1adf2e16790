// Data of many members: whether they are read again is seen by taking the files away.
#include "data/dataset_cache.hpp"

#include <gmock/gmock.h>

#include "files.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using testing::TempFolder;
using testing::to_vector;

const Communicator& world() {
  static const Communicator ranks(MPI_COMM_WORLD);
  return ranks;
}

/// A small data set in a folder of the first rank, which all ranks name.
class Source {
 public:
  Source() : path_((folder_.path() / "data").string()) {
    std::filesystem::create_directory(path_);
    testing::SmallIdx().write(path_);
    world().broadcast(path_);
  }
  DataOptions options() const {
    DataOptions options;
    options.path = path_;
    return options;
  }
  void take_away() const {
    world().barrier();
    if (world().is_root()) std::filesystem::remove_all(path_);
    world().barrier();
  }

 private:
  TempFolder folder_;
  std::string path_;
};

template <class Real>
void expect_equal(const Dataset<Real>& a, const Dataset<Real>& b) {
  EXPECT_EQ(a.shape(), b.shape());
  for (const auto part : {&Dataset<Real>::train, &Dataset<Real>::test}) {
    EXPECT_EQ(to_vector((a.*part).mine().x), to_vector((b.*part).mine().x));
    EXPECT_EQ(to_vector((a.*part).mine().y), to_vector((b.*part).mine().y));
  }
}

TEST(DatasetCache, GivesTheSameSamplesAgainWithoutReading) {
  const Source source;
  const Grid grid = make_grid(world(), 1);
  const auto direct = load_dataset<float>(source.options(), grid);
  const DataShape shape = probe(source.options());
  DatasetCache cache;
  expect_equal(cache.load<float>(source.options(), grid), direct);
  source.take_away();
  DataOptions next = source.options();
  next.batch = 2;
  next.seed = 7;
  expect_equal(cache.load<float>(next, make_grid(world(), 1)), direct);
  EXPECT_EQ(cache.shape_of(next), shape);
}

TEST(DatasetCache, ReadsOtherSamples) {
  const Source source;
  const Grid grid = make_grid(world(), 1);
  DatasetCache cache;
  cache.load<float>(source.options(), grid);
  DataOptions fewer = source.options();
  fewer.train_samples = 3;
  expect_equal(cache.load<float>(fewer, grid), load_dataset<float>(fewer, grid));
  EXPECT_EQ(cache.shape_of(fewer).train_samples, 3);
  EXPECT_EQ(cache.shape_of(source.options()).train_samples, 7);
  source.take_away();
  expect_equal(cache.load<float>(fewer, grid), cache.load<float>(fewer, grid));
  // The last ones alone are kept, and what has failed is not.
  EXPECT_EQ(failure_of([&] { cache.load<float>(source.options(), grid); }).code, 3);
  EXPECT_EQ(failure_of([&] { cache.load<float>(fewer, grid); }).code, 3);
}

TEST(DatasetCache, ReadsAgainForAnotherSeedOfDrawnDataAnotherPrecisionAndAnotherGrid) {
  DataOptions drawn;
  drawn.source = "gaussian";
  drawn.train_samples = 5;
  const Grid grid = make_grid(world(), 1), other = make_grid(world(), world().size());
  DatasetCache cache;
  cache.load<double>(drawn, grid);
  expect_equal(cache.load<double>(drawn, other), load_dataset<double>(drawn, other));
  expect_equal(cache.load<float>(drawn, other), load_dataset<float>(drawn, other));
  drawn.seed = 1;
  expect_equal(cache.load<float>(drawn, other), load_dataset<float>(drawn, other));
}

/// Each rank is a group of its own.
TEST(DatasetCache, SharesWhatOneRankHasRead) {
  const Source source;
  const Grid alone = make_grid(Communicator::self(), 1);
  DataOptions drawn;
  drawn.source = "gaussian";
  drawn.train_samples = 5;
  drawn.test_samples = 2;
  const auto direct = load_dataset<float>(source.options(), alone);
  DatasetCache cache, of_drawn;
  cache.share(source.options(), world());
  of_drawn.share(drawn, world());
  source.take_away();
  EXPECT_EQ(cache.shape_of(source.options()), direct.shape());
  expect_equal(cache.load<float>(source.options(), alone), direct);
  expect_equal(cache.load<float>(source.options(), alone), direct);
  expect_equal(of_drawn.load<float>(drawn, alone), load_dataset<float>(drawn, alone));
}

TEST(DatasetCache, FailsTheSameWayWheneverSharedDataCannotBeScaled) {
  const Source source;
  const std::string path = source.options().path;
  if (world().is_root()) {
    testing::write_plain(path + "/train-images-idx3-ubyte",
                         testing::idx_images(7, 3, 2, std::string(42, 'x')));
  }
  DatasetCache cache;
  cache.share(source.options(), world());
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto failure = failure_of(
        [&] { cache.load<float>(source.options(), make_grid(Communicator::self(), 1)); });
    EXPECT_EQ(failure.code, 3);
    EXPECT_THAT(failure.message, ::testing::HasSubstr("divides by 0"));
  }
  source.take_away();  // not before all ranks have tried
}

TEST(DatasetCache, LeavesItToGroupsToFindThatThereIsNothingToShare) {
  const Source source;
  source.take_away();
  DatasetCache cache;
  cache.share(source.options(), world());
  EXPECT_EQ(failure_of([&] { cache.load<float>(source.options(), make_grid(world(), 1)); }).code,
            3);
}

}  // namespace
}  // namespace catapult
