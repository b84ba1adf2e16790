// Few neurons that stand for many: their Gram matrix is that of weights drawn one by one.
#include "theory/gram.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace catapult {
namespace {

std::vector<double> gram_of(const std::vector<double>& factor, Index size) {
  std::vector<double> gram(factor.size(), 0.0);
  const auto at = [&](Index i, Index j) { return static_cast<std::size_t>(i * size + j); };
  for (Index k = 0; k < size; ++k) {
    for (Index i = 0; i < size; ++i) {
      for (Index j = 0; j < size; ++j) gram[at(i, j)] += factor[at(k, i)] * factor[at(k, j)];
    }
  }
  return gram;
}

/// Mean and variance over seeds of element (i, j) of the Gram matrix.
struct Moments {
  double mean = 0.0, variance = 0.0;
};
Moments moments_of(Index width, Index inputs, Index i, Index j, Index seeds) {
  double sum = 0.0, square = 0.0;
  const Index size = inputs + 1;
  for (Index seed = 0; seed < seeds; ++seed) {
    const auto gram = gram_of(draw_gram_factor(width, inputs, seed), size);
    const double x = gram[static_cast<std::size_t>(i * size + j)] - (i == j ? width : 0);
    sum += x;
    square += x * x;
  }
  const auto count = static_cast<double>(seeds);
  return {sum / count, square / count};
}

TEST(GramFactor, HasTheMomentsOfWishartsDistribution) {
  constexpr Index seeds = 4000, inputs = 3;
  for (const Index width : {Index{5}, Index{40}, Index{1000000}, Index{1000000000000000000}}) {
    const auto n = static_cast<double>(width);
    for (Index i = 0; i <= inputs; ++i) {
      for (Index j = 0; j <= i; ++j) {
        const Moments seen = moments_of(width, inputs, i, j, seeds);
        const double variance = (i == j ? 2.0 : 1.0) * n;  // of G_ii and G_ij
        const double spread = 1.0 / std::sqrt(static_cast<double>(seeds));
        EXPECT_LT(std::abs(seen.mean), 5.0 * spread * std::sqrt(variance)) << width << i << j;
        // Fourth moments of chi^2 at few degrees of freedom are larger than those of N(0, 1).
        EXPECT_NEAR(seen.variance / variance, 1.0, (width < 10 ? 16.0 : 8.0) * spread)
            << width << i << j;
      }
    }
  }
}

TEST(GramFactor, IsNestedOverWidths) {
  const auto narrow = draw_gram_factor(100, 2, 5), wide = draw_gram_factor(1000, 2, 5);
  for (const std::size_t element : {1, 2, 5}) EXPECT_EQ(narrow[element], wide[element]);
  EXPECT_NEAR(wide[0] / narrow[0], std::sqrt(10.0), 0.5);
}

TEST(UpperFactor, IsARootAlsoOfWhatIsSingular) {
  const auto drawn = draw_gram_factor(50, 4, 1);
  const auto gram = gram_of(drawn, 5), again = gram_of(upper_factor(gram, 5), 5);
  for (std::size_t i = 0; i < gram.size(); ++i) EXPECT_NEAR(again[i], gram[i], 1e-12);
  const std::vector<double> rank_one = {4, 2, 6, 2, 1, 3, 6, 3, 9};
  const auto root = gram_of(upper_factor(rank_one, 3), 3);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(root[i], rank_one[i], 1e-14);
}

}  // namespace
}  // namespace catapult
