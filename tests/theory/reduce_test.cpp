// Many samples replaced by few, and the largest eigenvalue that kernels compute.
#include "theory/reduce.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "theory/warm_up_model.hpp"

namespace catapult {
namespace {

SolvableData data_of(Index inputs, Index samples) {
  SolvableData data{inputs, {}, {}};
  for (Index i = 0; i < inputs * samples; ++i) data.x.push_back(std::sin(1.0 + 3.7 * double(i)));
  for (Index i = 0; i < samples; ++i) data.y.push_back(std::cos(2.3 * double(i)));
  return data;
}

/// x^T x, x^T y and |y|^2, which the loss of a linear model is made of.
std::vector<double> moments_of(const SolvableData& data) {
  const auto d = static_cast<std::size_t>(data.inputs), m = data.y.size();
  std::vector<double> moments;
  const auto add = [&](const auto& a, const auto& b) {
    double sum = 0.0;
    for (std::size_t s = 0; s < m; ++s) sum += a(s) * b(s);
    moments.push_back(sum);
  };
  const auto y = [&](std::size_t s) { return data.y[s]; };
  for (std::size_t i = 0; i < d; ++i) {
    const auto x_i = [&](std::size_t s) { return data.x[s * d + i]; };
    add(x_i, y);
    for (std::size_t j = 0; j <= i; ++j) add(x_i, [&](std::size_t s) { return data.x[s * d + j]; });
  }
  add(y, y);
  return moments;
}

TEST(Reduced, KeepsWhatALinearModelCanTell) {
  for (const auto& [inputs, samples] : {std::pair{1, 5}, {3, 4}, {3, 50}, {4, 4}, {5, 2}}) {
    const SolvableData data = data_of(inputs, samples);
    const ReducedData few = reduced(data);
    EXPECT_EQ(few.data.samples(), std::min(inputs, samples));
    std::vector<double> all = moments_of(data), kept = moments_of(few.data);
    kept.back() += few.rest;
    ASSERT_EQ(kept.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(kept[i], all[i], 1e-13 * samples);
  }
}

TEST(Reduced, KeepsDataOfLowerRank) {
  SolvableData data{2, {1, 2, 2, 4, -1, -2}, {1, 0, 3}};
  const ReducedData few = reduced(data);
  std::vector<double> all = moments_of(data), kept = moments_of(few.data);
  kept.back() += few.rest;
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(kept[i], all[i], 1e-13);
}

double largest_of(std::vector<double> matrix, Index size) {
  return largest_eigenvalue([&](Index i) -> double& { return matrix[static_cast<std::size_t>(i)]; },
                            size);
}

TEST(LargestEigenvalue, IsThatOfMatricesOfKnownSpectrum) {
  EXPECT_EQ(largest_of({3.0}, 1), 3.0);
  EXPECT_NEAR(largest_of({2, 1, 1, 2}, 2), 3.0, 1e-15);
  EXPECT_NEAR(largest_of({1, 0, 0, 0, 5, 0, 0, 0, 2}, 3), 5.0, 0.0);
  EXPECT_EQ(largest_of(std::vector<double>(9, 0.0), 3), 0.0);
  for (const Index n : {3, 8, 25}) {  // of the chain 2, -1: 2 + 2 cos(pi/(n + 1))
    std::vector<double> chain(static_cast<std::size_t>(n * n), 0.0);
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        chain[static_cast<std::size_t>(i * n + j)] = i == j                 ? 2.0
                                                     : std::abs(i - j) == 1 ? -1.0
                                                                            : 0.0;
      }
    }
    EXPECT_NEAR(largest_of(chain, n), 2.0 + 2.0 * std::cos(M_PI / double(n + 1)), 2e-15 * double(n))
        << n;
  }
  // Two that nearly agree, far above the rest.
  EXPECT_NEAR(largest_of({1e8, 1e-3, 0, 1e-3, 1e8, 0, 0, 0, 1e-8}, 3), 1e8 + 1e-3, 1e-7);
}

}  // namespace
}  // namespace catapult
