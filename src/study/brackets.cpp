#include "study/brackets.hpp"

#include <cmath>

#include "base/unknown.hpp"

namespace catapult {

Bracket Brackets::bracket(std::size_t boundary) const {
  double last_before = unknown, first_beyond = unknown;
  for (const auto& [c, beyond] : trials_) {
    if (!beyond[boundary]) last_before = c;
    if (beyond[boundary] && std::isnan(first_beyond)) first_beyond = c;
  }
  if (first_beyond < last_before) return {first_beyond, last_before, false};
  return {last_before, first_beyond, true};
}

std::optional<double> Brackets::next() const {
  for (const double end : {low_, high_}) {
    if (trials_.count(end) == 0) return end;
  }
  for (std::size_t boundary = 0; boundary < boundaries_; ++boundary) {
    const Bracket found = bracket(boundary);
    if (!found.monotone || !(found.high - found.low > resolution_)) continue;
    const double middle = 0.5 * (found.low + found.high);
    if (middle > found.low && middle < found.high) return middle;  // not beyond rounding
  }
  return std::nullopt;
}

}  // namespace catapult
