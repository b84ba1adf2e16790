// The order of batches.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "data/batches.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using testing::failure_of;
using ::testing::HasSubstr;

/// The first `steps` batches one after another.
std::vector<Index> stream_of(const BatchOrder& order, Index steps) {
  std::vector<Index> stream;
  for (Index step = 0; step < steps; ++step) {
    const auto batch = order.indices(step);
    EXPECT_EQ(static_cast<Index>(batch.size()), order.size());
    stream.insert(stream.end(), batch.begin(), batch.end());
  }
  return stream;
}

std::vector<Index> file_order(Index samples) {
  std::vector<Index> numbers(static_cast<std::size_t>(samples));
  std::iota(numbers.begin(), numbers.end(), Index{0});
  return numbers;
}

TEST(BatchOrder, MakesEachEpochAPermutationAcrossBatchBorders) {
  for (const Index batch : {1, 3, 5, 16}) {  // 17 samples: no size divides them
    const auto stream = stream_of(BatchOrder(17, batch, 5), 4 * 17);
    for (Index epoch = 0; epoch < 4 * batch; ++epoch) {
      std::vector<Index> samples(stream.begin() + 17 * epoch, stream.begin() + 17 * (epoch + 1));
      std::sort(samples.begin(), samples.end());
      EXPECT_EQ(samples, file_order(17)) << "batch " << batch << ", epoch " << epoch;
    }
  }
}

TEST(BatchOrder, DrawsAnotherPermutationForEachEpoch) {
  const auto stream = stream_of(BatchOrder(32, 8, 0), 40);
  std::set<std::vector<Index>> epochs;
  for (auto at = stream.begin(); at != stream.end(); at += 32) {
    epochs.insert(std::vector<Index>(at, at + 32));
  }
  EXPECT_EQ(epochs.size(), 10u);
  EXPECT_EQ(epochs.count(file_order(32)), 0u);
}

TEST(BatchOrder, IsOneStreamForAllBatchSizes) {
  const auto ones = stream_of(BatchOrder(23, 1, 9), 7 * 6);
  const auto sevens = stream_of(BatchOrder(23, 7, 9), 6);
  EXPECT_EQ(ones, sevens);
}

TEST(BatchOrder, DependsOnTheSeedAlone) {
  EXPECT_EQ(stream_of(BatchOrder(50, 7, 1), 30), stream_of(BatchOrder(50, 7, 1), 30));
  EXPECT_NE(stream_of(BatchOrder(50, 7, 1), 30), stream_of(BatchOrder(50, 7, 2), 30));
}

TEST(BatchOrder, AnswersForAnyStepInAnyOrder) {
  const BatchOrder order(19, 4, 6);
  const auto stream = stream_of(order, 100);
  for (const Index step : {99, 0, 57, 4, 5, 4, 98, 1}) {
    const auto batch = order.indices(step);
    EXPECT_TRUE(std::equal(batch.begin(), batch.end(), stream.begin() + 4 * step)) << step;
  }
  const Index far = Index{1} << 40;
  EXPECT_EQ(order.indices(far), BatchOrder(19, 4, 6).indices(far));
}

TEST(BatchOrder, TellsTheEpochOfEachSampleOfABatch) {
  const BatchOrder order(5, 3, 6);
  const auto epochs = [](const BatchOrder& of, Index step) {
    std::vector<Index> all;
    for (Index row = 0; row < of.size(); ++row) all.push_back(of.epoch(step, row));
    return all;
  };
  EXPECT_THAT(epochs(order, 0), ElementsAre(0, 0, 0));
  EXPECT_THAT(epochs(order, 1), ElementsAre(0, 0, 1));
  EXPECT_THAT(epochs(order, 3), ElementsAre(1, 2, 2));
  EXPECT_THAT(epochs(BatchOrder(3, 0, 6), 4), ElementsAre(4, 4, 4));
}

TEST(BatchOrder, PutsEverySampleFirstEquallyOften) {
  const auto stream = stream_of(BatchOrder(6, 3, 11), 2 * 6000);
  std::vector<double> first(6, 0.0);
  for (std::size_t epoch = 0; epoch < 6000; ++epoch)
    ++first[static_cast<std::size_t>(stream[6 * epoch])];
  for (const double times : first) EXPECT_NEAR(times, 1000.0, 130.0);  // 4.5 deviations
}

TEST(BatchOrder, IsTheFileOrderForAFullBatch) {
  for (const Index batch : {0, 9}) {
    const BatchOrder order(9, batch, 3);
    EXPECT_TRUE(order.full());
    EXPECT_EQ(order.size(), 9);
    EXPECT_EQ(order.indices(0), file_order(9));
    EXPECT_EQ(order.indices(41), file_order(9));
  }
  EXPECT_FALSE(BatchOrder(9, 8, 3).full());
}

TEST(BatchOrder, ManagesWithASingleSample) {
  EXPECT_TRUE(BatchOrder(1, 1, 0).full());
  EXPECT_THAT(BatchOrder(1, 0, 0).indices(3), ElementsAre(0));
}

TEST(BatchOrder, RefusesABatchBeyondTheSamples) {
  const auto failure = failure_of([] { BatchOrder(5, 6, 0); });
  EXPECT_EQ(failure.code, 2);
  EXPECT_THAT(failure.message, HasSubstr("data.batch is 6 (there are 5 training samples)"));
  EXPECT_EQ(failure_of([] { BatchOrder(0, 0, 0); }).code, 2);
}

}  // namespace
}  // namespace catapult
