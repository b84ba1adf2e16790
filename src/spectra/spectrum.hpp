// Several or all eigenvalues of an operator.
// defines: Spectrum, SpectrumRequest, largest_eigenvalues, whole_is_cheaper
#pragma once

#include <string>
#include <vector>

#include "linalg/views.hpp"
#include "spectra/matrix_operator.hpp"

namespace catapult {

struct SpectrumRequest {
  Index count = 1;          ///< how many, the largest
  double tolerance = 1e-4;  ///< relative residual
  bool vectors = false;     ///< keep the eigenvectors
};

/// Eigenvalues, largest first, with what vouches for them.
struct Spectrum {
  std::vector<double> values;
  std::vector<double> residuals;  ///< |A v - value v|, |v| = 1, of each
  double residual = 0.0;          ///< the largest of them, in units of the largest eigenvalue
  Index products = 0;
  bool converged = false;      ///< all of them within the tolerance asked for
  std::string solver;          ///< "Krylov-Schur", "ScaLAPACK", "LAPACK"
  HostMatrix<double> vectors;  // (this rank's elements, values), where they were asked for
};

/// Whether `count` of `size` eigenvalues are such a part of the whole, or the whole so small, that
/// a dense solver is the better way.
bool whole_is_cheaper(Index size, Index count);

/// The largest eigenvalues by SLEPc: Krylov-Schur, or a dense solver where whole_is_cheaper;
/// distributed (ScaLAPACK) where PETSc has one. The first form builds the matrix from products if
/// it needs it. Every copy of a multiple eigenvalue is found. Options of PETSC_OPTIONS under the
/// prefix -catapult_ (-catapult_eps_type ...) reach the solver, no others. Of an operator whose
/// products are not finite all values are NaN, not converged. Throws UsageError where PETSc's
/// integers are too small, or a solver that options name cannot do it. Collective.
Spectrum largest_eigenvalues(const SymmetricOperator<double>& op, const SpectrumRequest& request);
Spectrum largest_eigenvalues(const MatrixOperator& matrix, const SpectrumRequest& request);

}  // namespace catapult
