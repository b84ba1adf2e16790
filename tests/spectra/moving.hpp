// Operators that change from one measurement to the next, their spectrum known at each.
// defines: Motion, motions, moving
#pragma once

#include <cmath>
#include <ostream>
#include <vector>

#include "spectra/operators.hpp"
#include "spectra/spectra.hpp"

namespace catapult::testing {

/// Tops that cross again and again above a bulk, with eigenvectors that turn.
struct Motion {
  const char* name;
  Index tops;           ///< eigenvalues near the largest
  double spread;        ///< of theirs, relative
  double pace;          ///< periods a step, of their way up and down through one another
  double turn;          ///< radians a step by which the eigenvectors turn
  double fall;          ///< what all of them have fallen to after the fifth of five fast steps
  double products = 0;  ///< a measurement, at most, after the first ten

  friend void PrintTo(const Motion& motion, std::ostream* out) { *out << motion.name; }
};

inline std::vector<Motion> motions() {
  return {
      {"slow", 4, 0.1, 0.002, 1e-3, 1.0, 2.0},  {"catapult", 10, 0.1, 0.004, 1e-3, 0.3, 2.5},
      {"two", 2, 0.2, 0.02, 2e-3, 1.0, 2.2},    {"jump", 4, 0.1, 0.002, 1e-3, 0.02, 2.5},
      {"many", 14, 0.1, 0.002, 5e-4, 0.5, 4.0}, {"dying", 4, 0.1, 0.002, 1e-3, 0.0, 2.0},
  };
}

inline Reflected moving(const Motion& motion, Index step) {
  std::vector<double> values = decay(400, 1, 400, 0.15);
  const double time = static_cast<double>(step);
  const double fallen = std::min(std::max(time - 5.0, 0.0), 5.0) / 5.0;
  const double scale = std::pow(motion.fall, fallen);
  for (Index top = 0; top < motion.tops; ++top) {
    const double phase = motion.pace * time + 0.38 * static_cast<double>(top);
    const double wave = 4.0 * std::abs(phase - std::round(phase)) - 1.0;  // up and down, in 1
    values[static_cast<std::size_t>(7 * top + 3)] = 1.0 + motion.spread * wave;
  }
  for (double& value : values) value *= scale;
  return Reflected(values, Layout::all_ranks, motion.turn * time);
}

}  // namespace catapult::testing
