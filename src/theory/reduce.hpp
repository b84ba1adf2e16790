// Samples of the warm-up model replaced by as few as it can tell from them.
// defines: ReducedData, reduced
#pragma once

#include "theory/general.hpp"

namespace catapult {

/// At most d samples that train the warm-up model like m of them, with 1/m in the loss as before.
struct ReducedData {
  SolvableData data;
  double rest = 0.0;  ///< what sum (f - y)^2 of all has beyond that of these
};

/// f is linear in x: with x = Q r (orthogonal Q, r of d rows) the samples r, Q^T y have the
/// gradient and the nonzero eigenvalues of the kernel of x, y, and sum (f - y)^2 up to the part of
/// y that no f reaches. By Householder's reflections; m <= d samples stay as they are.
ReducedData reduced(const SolvableData& all);

}  // namespace catapult
