// The initial parameters of a network.
// defines: initialize
#pragma once

#include "model/network.hpp"

namespace catapult {

/// Draws theta: every element depends on (seed, tensor, global row, global column) only, row and
/// column in the order of files, so it is the same at any number of ranks, and a narrow network is
/// a block of a wide one.
template <class Real>
void initialize(const Network<Real>& network, Index seed, const Vector<Real>& theta);

}  // namespace catapult
