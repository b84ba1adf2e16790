// Boundaries in one number c, closed in on by trials.
// defines: Bracket, Brackets
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Where a boundary lies.
struct Bracket {
  double low = 0.0;      ///< largest c tried that is not beyond it; NaN where all are beyond
  double high = 0.0;     ///< smallest c tried that is beyond it; NaN where none is
  bool monotone = true;  ///< false: trials alternate from low to high, and there is no one boundary
};

/// A trial at c tells of each boundary whether c lies beyond it. The first two are at the ends of
/// the range; then each interval that holds a boundary is halved until it is no wider than
/// `resolution`. A boundary found not to be monotone is left.
class Brackets {
 public:
  Brackets(std::size_t boundaries, double low, double high, double resolution)
      : boundaries_(boundaries), low_(low), high_(high), resolution_(resolution) {}

  /// The c to try next; nothing where all boundaries are known.
  std::optional<double> next() const;
  /// One flag a boundary.
  void tell(double c, std::vector<bool> beyond) { trials_[c] = std::move(beyond); }
  Index trials() const { return static_cast<Index>(trials_.size()); }
  Bracket bracket(std::size_t boundary) const;

 private:
  std::size_t boundaries_;
  double low_, high_, resolution_;
  std::map<double, std::vector<bool>> trials_;
};

}  // namespace catapult
