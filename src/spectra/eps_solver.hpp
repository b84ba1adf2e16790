// One solve by an eigensolver of SLEPc.
// defines: least_residual, slepc_has, judge, solve_eps
#pragma once

#include <slepceps.h>

#include "spectra/spectrum.hpp"

namespace catapult {

constexpr double least_residual = 1e-12;  ///< relative; no solver needs to stay below

/// Whether SLEPc was built with this solver.
bool slepc_has(EPSType solver);

/// Fills `residual` and `converged`: whether there are `count` values, each known well enough.
void judge(Spectrum& spectrum, Index count, double tolerance);

/// Largest eigenvalues of `matrix`, which is `op` in any layout, apart from those of `known`, whose
/// vectors are deflated. A Krylov solver starts from a random direction, the same on any number of
/// ranks, another one for another number of known values. Residuals are measured by products with
/// `op`. Collective.
Spectrum solve_eps(Mat matrix, EPSType type, const SymmetricOperator<double>& op,
                   const SpectrumRequest& request, const Spectrum& known = {});

}  // namespace catapult
