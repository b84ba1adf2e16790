// Decks that ask good data for what they do not have: exit codes and messages.
#include <gmock/gmock.h>

#include <functional>

#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using ::testing::HasSubstr;
using testing::SmallIdx;
using testing::TempFolder;

/// A deck that asks a good data set for what it does not have.
struct Asked {
  std::string name;
  std::function<void(DataOptions&)> change;
  std::string message;

  friend std::ostream& operator<<(std::ostream& out, const Asked& asked) {
    return out << asked.name;
  }
};

class BadRequest : public ::testing::TestWithParam<Asked> {};

TEST_P(BadRequest, IsAnErrorOfTheDeck) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  DataOptions options;
  options.path = folder.path();
  GetParam().change(options);
  const auto failure = failure_of([&] { probe(options); });
  EXPECT_EQ(failure.code, 2);
  EXPECT_THAT(failure.message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Idx, BadRequest,
    ::testing::Values(Asked{"NoPath", [](DataOptions& o) { o.path = ""; }, "data.path is not set"},
                      Asked{"ClassBeyondTheLabels",
                            [](DataOptions& o) {
                              o.classes = {0, 7};
                            },
                            "names class 7 (the data have labels 0 to 3)"},
                      Asked{"ClassTwice",
                            [](DataOptions& o) {
                              o.classes = {3, 0, 3};
                            },
                            "names class 3 twice"},
                      Asked{"TooManyTrainSamples", [](DataOptions& o) { o.train_samples = 8; },
                            "data.train_samples is 8 (the train part has 7 samples"},
                      Asked{"TooManyOfTheSubset",
                            [](DataOptions& o) {
                              o.classes = {0};
                              o.train_samples = 3;
                            },
                            "data.train_samples is 3 (the train part has 2 samples"},
                      Asked{"TooManyTestSamples", [](DataOptions& o) { o.test_samples = 4; },
                            "data.test_samples is 4 (the test part has 3 samples"},
                      Asked{"BatchBeyondTheSamples",
                            [](DataOptions& o) {
                              o.train_samples = 5;
                              o.batch = 6;
                            },
                            "data.batch is 6 (there are 5 training samples)"},
                      Asked{"ClassesOfToyData",
                            [](DataOptions& o) {
                              o.source = "toy";
                              o.classes = {1};
                            },
                            "data.classes is set"}),
    [](const auto& info) { return info.param.name; });

TEST(BadRequestOfIdx, ClassInAGapOfTheLabelsIsAnErrorOfTheDeck) {
  const TempFolder folder;
  SmallIdx small;
  small.train_labels = {0, 3, 3};
  small.write(folder.path());
  DataOptions options;
  options.path = folder.path();
  options.classes = {0, 2};
  const auto failure = failure_of([&] { probe(options); });
  EXPECT_EQ(failure.code, 2);
  EXPECT_THAT(failure.message, HasSubstr("names class 2 (no sample of the train part has"));
}

}  // namespace
}  // namespace catapult
