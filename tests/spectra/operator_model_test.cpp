// What a model of an operator makes of the little that it has seen.
#include "spectra/operator_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace catapult::testing {
namespace {

using Row = std::vector<double>;

constexpr Index size = 6;

/// Symmetric, random, of norm about `scale`; (size, size)
Row random_matrix(Index seed, double scale) {
  const RandomStream random(seed, 0);
  Row matrix(size * size);
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j <= i; ++j) {
      const double element = scale / std::sqrt(4.0 * size) * random.normal(i, j);
      matrix[static_cast<std::size_t>(i * size + j)] = element;
      matrix[static_cast<std::size_t>(j * size + i)] = element;
    }
  }
  return matrix;
}

Row unit_matrix(double factor) {
  Row matrix(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) matrix[i * (size + 1)] = factor;
  return matrix;
}

Row axis(Index number) {
  Row x(size, 0.0);
  x[static_cast<std::size_t>(number)] = 1.0;
  return x;
}

Row image_of(const Row& matrix, const Row& x) {
  Row y(size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) y[i] += matrix[i * size + j] * x[j];
  }
  return y;
}

Row sum(Row a, const Row& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
  return a;
}

double largest(Row matrix) { return symmetric_eigen(matrix, size)[0]; }

TEST(OperatorModel, BoundsTheErrorWhateverHasChanged) {
  for (Index seed = 0; seed < 200; ++seed) {
    Row change = random_matrix(seed, 0.1);
    Row copy = change;
    const std::vector<double> all = symmetric_eigen(copy, size);
    const double norm = std::max(all.front(), -all.back());
    const Row before = sum(unit_matrix(1.0), random_matrix(seed + 1000, 0.5));
    const Row now = sum(before, change);
    OperatorModel model(size);
    model.reset(size, before, unit_matrix(norm));
    Row direction = axis(seed % size);
    for (Index products = 0; products < size; ++products) {
      const Outlook outlook = model.outlook();
      EXPECT_LE(std::abs(outlook.value - largest(now)), outlook.error + 1e-14)
          << seed << ", " << products;
      model.learn(direction, image_of(now, direction));
      direction = model.outlook().direction;
      if (std::abs(direction[0]) + std::abs(direction[1]) == 0.0) break;
    }
    EXPECT_NEAR(model.outlook().value, largest(now), 1e-12);
    EXPECT_LT(model.outlook().error, 1e-12);
  }
}

TEST(OperatorModel, GivesTheTopValueToSecondOrderFromOneProduct) {
  double last = 0.0;
  for (const double scale : {0.04, 0.02, 0.01}) {
    Row before = unit_matrix(0.0);
    for (std::size_t i = 0; i < size; ++i) before[i * (size + 1)] = 2.0 / (1.0 + 0.2 * i);
    const Row now = sum(before, random_matrix(5, scale));
    OperatorModel model(size);
    model.reset(size, before, unit_matrix(0.0));
    model.learn(axis(0), image_of(now, axis(0)));
    const double error = std::abs(model.outlook().value - largest(now));
    EXPECT_LT(error, 2.0 * scale * scale * scale / 0.04) << scale;
    if (last > 0.0) {
      EXPECT_LT(error, last / 5.0) << scale;  // third order in the change
    }
    last = error;
  }
}

TEST(OperatorModel, LooksWhereAnEigenvalueMayHaveCrossed) {
  Row believed = unit_matrix(0.1), doubt = unit_matrix(0.0);
  believed[0] = 1.0;
  believed[3 * (size + 1)] = 0.9;
  doubt[3 * (size + 1)] = 0.2;
  OperatorModel model(size);
  model.reset(size, believed, doubt);
  model.learn(axis(0), image_of(believed, axis(0)));
  EXPECT_NEAR(model.outlook().error, 0.1, 1e-12);
  EXPECT_NEAR(std::abs(model.outlook().direction[3]), 1.0, 1e-12);
  model.learn(axis(3), image_of(believed, axis(3)));
  EXPECT_NEAR(model.outlook().error, 0.0, 1e-12);
}

TEST(OperatorModel, LosesNothingKnownInARestart) {
  const Row matrix = random_matrix(7, 1.0);
  OperatorModel model(size);
  model.reset(size, unit_matrix(0.0), unit_matrix(0.0));
  for (Index number = 0; number < 4; ++number) {
    model.learn(axis(number), image_of(matrix, axis(number)));
  }
  const KnownPair before = model.known_pair(0);
  model.restart(2);
  EXPECT_EQ(model.size(), 4);
  EXPECT_EQ(model.known(), 2);
  EXPECT_NEAR(model.known_pair(0).value, before.value, 1e-14);
  EXPECT_NEAR(model.known_pair(0).residual, before.residual, 1e-14);
}

TEST(OperatorModel, LowersWhatTheDriftHasLeftUnknownAndNoOtherDoubt) {
  OperatorModel model(size + 1);
  model.reset(size, random_matrix(1, 1.0), unit_matrix(0.5));
  model.age(1.0, 2.0);
  model.learn(axis(0), image_of(random_matrix(2, 1.0), axis(0)));
  model.grow(axis(0), 0.1, 0.0, 1.0);
  model.lower_drift(0.25);
  for (Index number = 1; number < size; ++number) {
    Row x = axis(number);
    x.push_back(0.0);
    EXPECT_NEAR(model.doubt_of(x), 0.5 + 0.25 * 2.0, 1e-14) << number;
  }
  Row known = axis(0), outside(size, 0.0);
  known.push_back(0.0);
  outside.push_back(1.0);
  EXPECT_NEAR(model.doubt_of(known), 0.0, 1e-14);
  EXPECT_NEAR(model.doubt_of(outside), 0.5, 1e-14);
}

}  // namespace
}  // namespace catapult::testing
