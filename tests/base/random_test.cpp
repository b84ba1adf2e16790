// Counter-based random numbers.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/normals.hpp"

namespace catapult {
namespace {

/// Mean, standard deviation and fourth moment about the mean.
struct Moments {
  explicit Moments(const std::vector<double>& values) {
    const double count = static_cast<double>(values.size());
    for (const double value : values) mean += value / count;
    for (const double value : values) variance += (value - mean) * (value - mean) / count;
    for (const double value : values) fourth += std::pow(value - mean, 4) / count;
  }
  double mean = 0.0, variance = 0.0, fourth = 0.0;
};

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const Moments of_x(x), of_y(y);
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - of_x.mean) * (y[i] - of_y.mean);
  return sum / static_cast<double>(x.size()) / std::sqrt(of_x.variance * of_y.variance);
}

std::vector<double> normals(const RandomStream& stream, Index rows, Index columns) {
  std::vector<double> values;
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) {
      values.push_back(stream.normal(row, column));
    }
  }
  return values;
}

// Known answers of Random123, philox4x32-10.
TEST(Philox, GivesTheKnownAnswerForZeros) {
  const r123::Philox4x32::ctr_type out = r123::Philox4x32()({{0, 0, 0, 0}}, {{0, 0}});
  EXPECT_EQ(out[0], 0x6627e8d5U);
  EXPECT_EQ(out[1], 0xe169c58dU);
  EXPECT_EQ(out[2], 0xbc57ac4cU);
  EXPECT_EQ(out[3], 0x9b00dbd8U);
}

TEST(RandomStream, LaysSeedStreamRowAndColumnOutAsPhiloxWords) {
  std::uint64_t first = 0, second = 0;
  RandomStream(0, 0).bits(0, 0, first, second);
  EXPECT_EQ(first, 0x6627e8d5e169c58dU);
  EXPECT_EQ(second, 0xbc57ac4c9b00dbd8U);

  // The digits of pi, Random123's third known answer: counter 243f6a88 85a308d3 13198a2e 03707344,
  // key a4093822 299f31d0.
  const Index row = static_cast<Index>(0x85a308d3243f6a88U);
  const Index column = Index{0x0370734413198a2e};
  RandomStream(Index{0xa4093822}, 0x299f31d0U).bits(row, column, first, second);
  EXPECT_EQ(first, 0xd16cfe0994fdccebU);
  EXPECT_EQ(second, 0x5001e42024126ea1U);
}

TEST(RandomStream, TakesSeedsOf64Bits) {
  std::set<double> seen;
  for (const Index seed : {Index{0}, Index{1}, Index{1} << 32, (Index{1} << 32) + 1}) {
    seen.insert(RandomStream(seed, 0).uniform(3, 4));
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST(RandomStream, UniformNumbersFillTheOpenUnitInterval) {
  const RandomStream stream(5, 2);
  std::vector<double> values;
  for (Index i = 0; i < 100000; ++i) values.push_back(stream.uniform(i, 7));
  for (const double value : values) ASSERT_TRUE(value > 0.0 && value < 1.0) << value;
  const Moments moments(values);
  EXPECT_NEAR(moments.mean, 0.5, 0.004);
  EXPECT_NEAR(moments.variance, 1.0 / 12.0, 0.001);
}

TEST(RandomStream, NormalNumbersHaveTheMomentsOfTheNormalDistribution) {
  const Moments moments(normals(RandomStream(0, 0), 301, 701));
  EXPECT_NEAR(moments.mean, 0.0, 0.01);
  EXPECT_NEAR(moments.variance, 1.0, 0.015);
  EXPECT_NEAR(moments.fourth, 3.0, 0.1);
}

TEST(RandomStream, NeighboursInRowColumnStreamAndSeedAreIndependent) {
  const Index rows = 200, columns = 500;
  const std::vector<double> values = normals(RandomStream(1, 1), rows, columns);
  std::vector<double> transposed;
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) {
      transposed.push_back(RandomStream(1, 1).normal(column, row));
    }
  }
  const std::vector<double> up(values.begin() + columns, values.end());
  const std::vector<double> down(values.begin(), values.end() - columns);
  const std::vector<double> right(values.begin() + 1, values.end());
  const std::vector<double> left(values.begin(), values.end() - 1);
  EXPECT_NEAR(correlation(up, down), 0.0, 0.015);
  EXPECT_NEAR(correlation(left, right), 0.0, 0.015);
  EXPECT_NEAR(correlation(values, transposed), 0.0, 0.015);
  EXPECT_NEAR(correlation(values, normals(RandomStream(1, 2), rows, columns)), 0.0, 0.015);
  EXPECT_NEAR(correlation(values, normals(RandomStream(2, 1), rows, columns)), 0.0, 0.015);
}

TEST(RandomStream, NormalPairsAreTheColumnsTwoByTwo) {
  const RandomStream stream(11, 3);
  for (Index pair = 0; pair < 20; ++pair) {
    const NormalPair both = stream.normal_pair(9, pair);
    EXPECT_EQ(stream.normal(9, 2 * pair), both.first);
    EXPECT_EQ(stream.normal(9, 2 * pair + 1), both.second);
  }
}

TEST(DrawNormals, GivesTheFloatsOfOneByOneInAnyPieces) {
  for (const double deviation : {1.0, 0.03}) {
    const RandomStream stream(7, 5);
    for (Index piece = 0; piece < 16000; ++piece) {
      const int pairs = 1 + static_cast<int>(piece % (normals_at_a_time / 2));
      const Index row = piece % 37, first_pair = 64 * piece;
      float drawn[normals_at_a_time];
      draw_normals(stream, row, first_pair, pairs, 0.25, deviation, drawn);
      for (int i = 0; i < pairs; ++i) {
        const NormalPair pair = stream.normal_pair(row, first_pair + i);
        ASSERT_EQ(drawn[2 * i], static_cast<float>(0.25 + deviation * pair.first));
        ASSERT_EQ(drawn[2 * i + 1], static_cast<float>(0.25 + deviation * pair.second));
      }
    }
  }
}

// Of 1e8 numbers the one that the vector units would round to the other neighbour.
TEST(DrawNormals, AsksTheLibraryWhereRoundingIsInDoubt) {
  const RandomStream stream(7, 5);
  const Index row = 39502, pair = 49;
  float drawn[2];
  draw_normals(stream, row, pair, 1, 0.0, 1.0, drawn);
  EXPECT_EQ(drawn[0], static_cast<float>(stream.normal(row, 2 * pair)));
  EXPECT_EQ(drawn[1], static_cast<float>(stream.normal(row, 2 * pair + 1)));
}

}  // namespace
}  // namespace catapult
