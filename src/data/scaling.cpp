#include "data/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"

namespace catapult {
namespace {

/// Mean and standard deviation of `count` values; value(i) occurs weight(i) times.
template <class Value, class Weight>
Scaling standardize(std::size_t count, Value&& value, Weight&& weight) {
  double total = 0.0, sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    total += weight(i);
    sum += weight(i) * value(i);
  }
  const double mean = sum / total;
  for (std::size_t i = 0; i < count; ++i) {
    squares += weight(i) * (value(i) - mean) * (value(i) - mean);
  }
  return {mean, std::sqrt(squares / total)};
}

Scaling checked(const Scaling& scaling, const std::string& preprocessing, double example) {
  if (scaling.scale > 0.0 && std::isfinite(scaling.scale)) return scaling;
  throw DataError(
      fmt::format("data.preprocessing = \"{}\" divides by {} (training inputs like {} have no "
                  "spread, or one beyond the range of numbers); use \"none\", or other samples",
                  preprocessing, scaling.scale, example));
}

}  // namespace

Scaling scaling_of(const std::vector<unsigned char>& train, const std::string& preprocessing) {
  if (preprocessing == "none") return {};
  if (preprocessing == "unit") return {0.0, 255.0};
  // Over the histogram: exact counts, 256 terms whatever the number of pixels.
  std::array<double, 256> pixels_with{};
  for (const unsigned char pixel : train) pixels_with[pixel] += 1.0;
  const Scaling scaling = standardize(
      pixels_with.size(), [](std::size_t value) { return static_cast<double>(value); },
      [&](std::size_t value) { return pixels_with[value]; });
  return checked(scaling, preprocessing, train.front());
}

Scaling scaling_of(const std::vector<double>& train, const std::string& preprocessing) {
  if (preprocessing == "none") return {};
  if (preprocessing == "unit") {
    double largest = 0.0;
    for (const double x : train) largest = std::max(largest, std::abs(x));
    return checked({0.0, largest}, preprocessing, train.front());
  }
  // Equal inputs must give 0, whatever rounding does to their mean.
  const auto [least, most] = std::minmax_element(train.begin(), train.end());
  if (*least == *most) return checked({*least, 0.0}, preprocessing, *least);
  const Scaling scaling = standardize(
      train.size(), [&](std::size_t i) { return train[i]; }, [](std::size_t) { return 1.0; });
  return checked(scaling, preprocessing, train.front());
}

}  // namespace catapult
