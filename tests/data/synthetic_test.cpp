// Gaussian and toy data.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using testing::failure_of;
using ::testing::HasSubstr;
using testing::load;
using testing::to_vector;

DataOptions gaussian() {
  DataOptions options;
  options.source = "gaussian";
  options.train_samples = 400;
  options.test_samples = 11;
  options.inputs = 33;
  options.outputs = 5;
  options.preprocessing = "none";
  options.seed = 3;
  return options;
}

TEST(Gaussian, HasTheShapeAskedFor) {
  const auto data = load(gaussian());
  EXPECT_EQ(probe(gaussian()), (DataShape{400, 11, 33, 5}));
  EXPECT_EQ(data.train.size(), 400);
  EXPECT_EQ(data.train.inputs(), 33);
  EXPECT_EQ(data.train.outputs(), 5);
  EXPECT_EQ(data.test.size(), 11);
}

TEST(Gaussian, MayBeImages) {
  DataOptions options = gaussian(), plain = gaussian();
  options.image = {2, 3, 5};
  plain.inputs = 30;
  const auto data = load(options);
  EXPECT_EQ(probe(options), (DataShape{400, 11, 30, 5, "", {2, 3, 5}}));
  EXPECT_EQ(data.test.image, (ImageShape{2, 3, 5}));
  EXPECT_EQ(to_vector(data.train.x), to_vector(load(plain).train.x));
}

TEST(Gaussian, HasLabelsLessTheirMeanWhereTheyAreCentered) {
  DataOptions options = gaussian();
  const auto plain = load(options);
  options.center_labels = true;
  const auto centered = load(options);
  EXPECT_EQ(to_vector(centered.train.x), to_vector(plain.train.x));
  for (const bool test : {false, true}) {
    const auto one_hot = to_vector(test ? plain.test.y : plain.train.y);
    const auto y = to_vector(test ? centered.test.y : centered.train.y);
    for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(y[i], one_hot[i] - 0.2);
  }
  options.outputs = 1;
  EXPECT_EQ(failure_of([&] { load(options); }).code, 2);
}

TEST(Gaussian, DrawsNormalInputsAndUniformClasses) {
  const auto data = load(gaussian());
  double sum = 0.0, squares = 0.0, fourths = 0.0, neighbours = 0.0;
  const auto x = to_vector(data.train.x);
  for (const double value : x) {
    sum += value;
    squares += value * value;
    fourths += value * value * value * value;
  }
  for (std::size_t i = 1; i < x.size(); ++i) neighbours += x[i] * x[i - 1];
  const auto count = static_cast<double>(x.size());  // 13200: errors of a few 1/sqrt(count)
  EXPECT_NEAR(sum / count, 0.0, 0.04);
  EXPECT_NEAR(squares / count, 1.0, 0.05);
  EXPECT_NEAR(fourths / count, 3.0, 0.35);
  EXPECT_NEAR(neighbours / count, 0.0, 0.04);
  std::vector<double> of_class(5, 0.0);
  const auto y = to_host(data.train.y);
  for (Index sample = 0; sample < 400; ++sample) {
    double ones = 0.0;
    for (Index output = 0; output < 5; ++output) {
      ones += y(sample, output);
      of_class[static_cast<std::size_t>(output)] += y(sample, output);
    }
    EXPECT_EQ(ones, 1.0);
  }
  for (const double samples : of_class) EXPECT_NEAR(samples, 80.0, 32.0);  // 4 deviations
}

TEST(Gaussian, DrawsNormalTargetsForOneOutput) {
  DataOptions options = gaussian();
  options.outputs = 1;
  double squares = 0.0;
  for (const double y : to_vector(load(options).train.y)) squares += y * y / 400.0;
  EXPECT_NEAR(squares, 1.0, 0.3);
}

TEST(Gaussian, GivesASampleTheSameNumbersWhateverTheirCount) {
  DataOptions fewer = gaussian();
  fewer.train_samples = 7;
  const auto all = load(gaussian()), few = load(fewer);
  const auto all_x = to_vector(all.train.x), few_x = to_vector(few.train.x);
  const auto all_y = to_vector(all.train.y), few_y = to_vector(few.train.y);
  EXPECT_TRUE(std::equal(few_x.begin(), few_x.end(), all_x.begin()));
  EXPECT_TRUE(std::equal(few_y.begin(), few_y.end(), all_y.begin()));
}

TEST(Gaussian, DependsOnTheSeedAndDiffersBetweenTheParts) {
  DataOptions other = gaussian();
  other.seed = 4;
  const auto data = load(gaussian());
  EXPECT_EQ(to_vector(data.train.x), to_vector(load(gaussian()).train.x));
  EXPECT_NE(to_vector(data.train.x), to_vector(load(other).train.x));
  EXPECT_NE(to_vector(data.train.y), to_vector(load(other).train.y));
  EXPECT_NE(to_vector(data.train.x)[0], to_vector(data.test.x)[0]);
}

TEST(Gaussian, NeedsANumberOfSamplesThatCanExist) {
  DataOptions options = gaussian();
  options.train_samples = 0;
  const auto none = failure_of([&] { probe(options); });
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.message, HasSubstr("data.train_samples is 0"));
  options.train_samples = std::numeric_limits<Index>::max() / 16;
  EXPECT_EQ(failure_of([&] { load(options); }).code, 2);
}

TEST(Gaussian, HasAsManyTestSamplesAsAskedForNoneIncluded) {
  DataOptions options = gaussian();
  options.test_samples = 0;
  const auto data = load(options);
  EXPECT_EQ(data.test.size(), 0);
  EXPECT_EQ(data.test.inputs(), 33);
}

TEST(Toy, IsTheOneSampleOfTheWarmUpModelWhateverThePreprocessing) {
  DataOptions options;
  options.source = "toy";
  options.target = -0.25;
  for (const char* preprocessing : {"standardize", "unit", "none"}) {
    options.preprocessing = preprocessing;
    const auto data = load(options);
    EXPECT_THAT(to_vector(data.train.x), ElementsAre(1.0));
    EXPECT_THAT(to_vector(data.train.y), ElementsAre(-0.25));
    EXPECT_EQ(data.test.size(), 0);
  }
  EXPECT_EQ(probe(options), (DataShape{1, 0, 1, 1}));
}

TEST(Toy, HasNoMoreSamplesAndAFiniteTarget) {
  DataOptions options;
  options.source = "toy";
  options.train_samples = 2;
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);
  options.train_samples = 1;
  options.test_samples = 1;
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);
  options.test_samples = 0;
  options.target = std::numeric_limits<double>::infinity();
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);
}

}  // namespace
}  // namespace catapult
