// Scaling of inputs: by the training samples used, the same for the test part.
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "data/dataset.hpp"
#include "data/scaling.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using ::testing::HasSubstr;
using testing::load;
using testing::to_vector;

const std::string digits = CATAPULT_SOURCE_DIR "/inputs/data/digits";

DataOptions digits_options(const std::string& preprocessing) {
  DataOptions options;
  options.path = digits;
  options.train_samples = 101;
  options.test_samples = 17;
  options.preprocessing = preprocessing;
  return options;
}

struct Moments {
  double mean, deviation;
};

template <class Real>
Moments moments(const std::vector<Real>& values) {
  double sum = 0.0, squares = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

TEST(Preprocessing, StandardizesTheTrainingSamplesUsed) {
  const auto standardized = moments(to_vector(load(digits_options("standardize")).train.x));
  EXPECT_NEAR(standardized.mean, 0.0, 1e-13);
  EXPECT_NEAR(standardized.deviation, 1.0, 1e-13);
}

TEST(Preprocessing, GivesTheTestPartTheScalingOfTheTrainingPart) {
  const auto raw = load(digits_options("none"));
  const auto [mean, deviation] = moments(to_vector(raw.train.x));
  const auto expected = to_vector(raw.test.x);
  const auto found = to_vector(load(digits_options("standardize")).test.x);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], (expected[i] - mean) / deviation, 1e-13);
  }
}

TEST(Preprocessing, TakesItsStatisticsBehindSubsetAndCut) {
  DataOptions options = digits_options("standardize");
  options.classes = {3, 7};
  options.train_samples = 23;
  const auto standardized = moments(to_vector(load(options).train.x));
  EXPECT_NEAR(standardized.mean, 0.0, 1e-13);
  EXPECT_NEAR(standardized.deviation, 1.0, 1e-13);
}

TEST(Preprocessing, UnitDividesPixelsBy255) {
  const auto raw = to_vector(load(digits_options("none")).test.x);
  const auto unit = to_vector(load(digits_options("unit")).test.x);
  for (std::size_t i = 0; i < raw.size(); ++i) EXPECT_EQ(unit[i], raw[i] / 255.0);
}

TEST(Preprocessing, GivesFloatsThatAreTheRoundedDoubles) {
  const auto doubles = to_vector(load(digits_options("standardize")).train.x);
  const auto floats = to_vector(load<float>(digits_options("standardize")).train.x);
  ASSERT_EQ(floats.size(), doubles.size());
  for (std::size_t i = 0; i < floats.size(); ++i) {
    EXPECT_EQ(floats[i], static_cast<float>(doubles[i]));
  }
}

TEST(Preprocessing, UnitDividesOtherNumbersByTheLargestMagnitude) {
  DataOptions options;
  options.source = "gaussian";
  options.train_samples = 13;
  options.test_samples = 50;
  options.preprocessing = "unit";
  const auto unit = load(options);
  double largest = 0.0;
  for (const double x : to_vector(unit.train.x)) largest = std::max(largest, std::abs(x));
  EXPECT_EQ(largest, 1.0);
  options.preprocessing = "none";
  const auto raw = load(options);
  const double ratio = to_vector(raw.train.x)[0] / to_vector(unit.train.x)[0];
  EXPECT_NEAR(to_vector(raw.test.x)[7] / to_vector(unit.test.x)[7], ratio, 1e-14 * ratio);
}

TEST(Preprocessing, StandardizesOtherNumbers) {
  const Scaling scaling = scaling_of(std::vector<double>{1e8 + 1, 1e8 + 2, 1e8 + 6}, "standardize");
  EXPECT_DOUBLE_EQ(scaling.shift, 1e8 + 3);
  EXPECT_DOUBLE_EQ(scaling.scale, std::sqrt(14.0 / 3.0));
}

TEST(Preprocessing, RefusesInputsWithoutSpread) {
  const auto bytes =
      failure_of([] { scaling_of(std::vector<unsigned char>(7, 77), "standardize"); });
  EXPECT_EQ(bytes.code, 3);
  EXPECT_THAT(bytes.message, HasSubstr("divides by 0"));
  EXPECT_EQ(failure_of([] { scaling_of(std::vector<double>(7, 0.1), "standardize"); }).code, 3);
  EXPECT_EQ(failure_of([] { scaling_of(std::vector<double>(3, 0.0), "unit"); }).code, 3);
  EXPECT_EQ(failure_of([] {
              scaling_of(std::vector<double>{1e308, -1e308}, "standardize");
            }).code,
            3);
}

}  // namespace
}  // namespace catapult
