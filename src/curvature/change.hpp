// How far the kernel of a network has moved.
// defines: kernel_at, kernel_change
#pragma once

#include "curvature/assembled.hpp"

namespace catapult {

/// Theta at `theta` on so many samples, of which x are this rank's, assembled. Collective over the
/// grid.
template <class Real>
MatrixOperator kernel_at(const Network<Real>& network, const Vector<const Real>& theta,
                         const Matrix<Real>& x, Index samples);

/// |to - from|_F / |from|_F of two kernels of the same samples (paper, Fig. S13c). Collective.
double kernel_change(const MatrixOperator& from, const MatrixOperator& to);

}  // namespace catapult
