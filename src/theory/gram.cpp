#include "theory/gram.hpp"

#include <cmath>

#include "base/random.hpp"

namespace catapult {
namespace {

constexpr std::uint32_t normal_stream = 0x9a11, chi_stream = 0x9a12, accept_stream = 0x9a13;
constexpr double rounding = 1e-14;  // of a pivot, in units of its diagonal element

/// A chi-squared number of `freedom` >= 2 degrees of freedom, the one of `row`: twice a gamma
/// number of half the shape (Marsaglia and Tsang, ACM TOMS 26, 363, 2000), by as many attempts as
/// it takes. log1p keeps what matters at 1e18 degrees, where v is 1 but for its last digits.
double draw_chi_squared(double freedom, Index seed, Index row) {
  const RandomStream normals(seed, chi_stream), uniforms(seed, accept_stream);
  const double d = 0.5 * freedom - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (Index attempt = 0;; ++attempt) {
    const double x = normals.normal(row, attempt), t = c * x;
    if (t <= -1.0) continue;
    const double excess = t * (3.0 + t * (3.0 + t));  // v - 1, v = (1 + t)^3
    const double exponent = 0.5 * x * x + d * (3.0 * std::log1p(t) - excess);
    if (std::log(uniforms.uniform(row, attempt)) < exponent) return 2.0 * d * (1.0 + excess);
  }
}

}  // namespace

std::vector<double> draw_gram_factor(Index width, Index inputs, Index seed) {
  const Index size = inputs + 1;
  const RandomStream normals(seed, normal_stream);
  std::vector<double> factor(static_cast<std::size_t>(size * size), 0.0);
  for (Index column = 0; column < size; ++column) {
    for (Index row = 0; row < column; ++row) {
      factor[static_cast<std::size_t>(row * size + column)] = normals.normal(column, row);
    }
    const double freedom = static_cast<double>(width) - static_cast<double>(column);
    factor[static_cast<std::size_t>(column * size + column)] =
        std::sqrt(draw_chi_squared(freedom, seed, column));
  }
  return factor;
}

std::vector<double> upper_factor(const std::vector<double>& gram, Index size) {
  std::vector<double> factor(gram.size(), 0.0);
  const auto at = [&](Index row, Index column) {
    return static_cast<std::size_t>(row * size + column);
  };
  for (Index row = 0; row < size; ++row) {
    for (Index column = row; column < size; ++column) {
      double rest = gram[at(row, column)];
      for (Index k = 0; k < row; ++k) rest -= factor[at(k, row)] * factor[at(k, column)];
      if (column == row) {
        if (rest <= rounding * gram[at(row, row)]) break;
        factor[at(row, row)] = std::sqrt(rest);
      } else {
        factor[at(row, column)] = rest / factor[at(row, row)];
      }
    }
  }
  return factor;
}

}  // namespace catapult
