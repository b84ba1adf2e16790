// When training has diverged: one rule for networks and their twins.
// defines: Divergence, divergence_of, is_finite
#pragma once

#include <cmath>
#include <limits>

#include "base/grid.hpp"
#include "linalg/vector_ops.hpp"
#include "train/options.hpp"

namespace catapult {

/// A loss that is not finite, or larger than what the run started with by far.
struct Divergence {
  double above = std::numeric_limits<double>::infinity();

  bool holds(double loss) const { return !std::isfinite(loss) || loss > above; }
};

/// diverge_above times the larger of the first loss and that of f = 0. The first loss alone is no
/// scale: a batch may be met exactly, and the next one not. Where both are 0 nothing is too large.
inline Divergence divergence_of(const TrainOptions& options, double first_loss, double zero_loss) {
  const double scale = std::max(first_loss, zero_loss);
  return scale > 0.0 ? Divergence{options.diverge_above * scale} : Divergence{};
}

/// Whether all parameters are finite, on any rank. A pass over theta: not for every step, as
/// whatever is not finite nearly always shows in the loss. (An infinite weight of a ReLU that is
/// off for all samples does not.) Collective over the grid.
template <class Real>
bool is_finite(const Grid& grid, const Vector<const Real>& theta) {
  return grid.all.max(all_finite(theta) ? 0.0 : 1.0) == 0.0;
}

}  // namespace catapult
