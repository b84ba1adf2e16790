// Mean and standard error of independent numbers.
// defines: Estimate, estimate_of
#pragma once

#include <cmath>
#include <vector>

namespace catapult {

struct Estimate {
  double mean = 0.0;
  double error = NAN;  ///< standard error of the mean; NaN of fewer than two numbers
};

inline Estimate estimate_of(const std::vector<double>& numbers) {
  const auto count = static_cast<double>(numbers.size());
  Estimate estimate;
  for (const double number : numbers) estimate.mean += number / count;
  if (numbers.size() < 2) return estimate;
  double square = 0.0;
  for (const double number : numbers) square += std::pow(number - estimate.mean, 2);
  estimate.error = std::sqrt(square / (count * (count - 1.0)));
  return estimate;
}

}  // namespace catapult
