// Preprocessing of inputs: one shift and one scale for all of them, from the training part.
// defines: Scaling, scaling_of
#pragma once

#include <string>
#include <vector>

namespace catapult {

/// x -> (x - shift) / scale
struct Scaling {
  double shift = 0.0;
  double scale = 1.0;

  double operator()(double x) const { return (x - shift) / scale; }
};

/// `preprocessing` as in DataOptions, from all inputs of all training samples used. "unit" divides
/// bytes by 255, other numbers by the largest magnitude. Sums run in double and in file order.
/// Throws DataError where the scale would be 0 or not finite.
Scaling scaling_of(const std::vector<unsigned char>& train, const std::string& preprocessing);
Scaling scaling_of(const std::vector<double>& train, const std::string& preprocessing);

}  // namespace catapult
