// Several or all eigenvalues of an operator.
// defines: Spectrum, largest_eigenvalues
#pragma once

#include <vector>

#include "kernel/operator.hpp"

namespace catapult {

/// Eigenvalues, largest first, with what vouches for them.
struct Spectrum {
  std::vector<double> values;
  double residual = 0.0;  ///< largest |A v - value v| / |value| among them
  Index products = 0;
  bool converged = false;  ///< all of them within the tolerance asked for
};

/// The `count` largest eigenvalues by SLEPc: Krylov-Schur on a PETSc shell matrix, or LAPACK on the
/// gathered matrix where the kernel is small or `count` a large part of the whole. tolerance:
/// relative residual. Collective.
Spectrum largest_eigenvalues(const SymmetricOperator& op, Index count, double tolerance);

}  // namespace catapult
