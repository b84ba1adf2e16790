// When training has diverged: one rule for networks and their twins.
// defines: Divergence, divergence_of, is_finite
#pragma once

#include <cmath>

#include "base/grid.hpp"
#include "linalg/vector_ops.hpp"
#include "train/options.hpp"

namespace catapult {

/// A loss that is not finite, or larger than what the run started with by far.
struct Divergence {
  double above = HUGE_VAL;

  KOKKOS_INLINE_FUNCTION bool holds(double loss) const {
    return !(loss - loss == 0.0) || loss > above;
  }
};

/// diverge_above times the larger of the first loss and that of f = 0. The first loss alone is no
/// scale: a batch may be met exactly, and the next one not. Where both are 0 nothing is too large.
KOKKOS_INLINE_FUNCTION Divergence divergence_of(double diverge_above, double first_loss,
                                                double zero_loss) {
  const double scale = first_loss < zero_loss ? zero_loss : first_loss;
  return {scale > 0.0 ? diverge_above * scale : HUGE_VAL};
}

/// Whether all parameters are finite, on any rank. A pass over theta: not for every step, as
/// whatever is not finite nearly always shows in the loss. (An infinite weight of a ReLU that is
/// off for all samples does not.) Collective over the grid.
template <class Real>
bool is_finite(const Grid& grid, const Vector<const Real>& theta) {
  return grid.all.max(all_finite(theta) ? 0.0 : 1.0) == 0.0;
}

}  // namespace catapult
