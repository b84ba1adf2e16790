// How far the kernel of a network has moved.
// defines: kernel_at, kernel_change
#pragma once

#include "curvature/assembled.hpp"

namespace catapult {

/// Theta at `theta` on the samples x (this rank's rows), assembled. Collective over the grid.
template <class Real>
MatrixOperator kernel_at(const Network<Real>& network, const Vector<const Real>& theta,
                         const Matrix<Real>& x);

/// |to - from|_F / |from|_F of two kernels of the same samples (paper, Fig. S13c). Collective.
double kernel_change(const MatrixOperator& from, const MatrixOperator& to);

}  // namespace catapult
