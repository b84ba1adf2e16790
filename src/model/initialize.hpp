// The initial parameters of a network.
// defines: initialize, draw_direction
#pragma once

#include "model/network.hpp"

namespace catapult {

/// Draws theta: every element depends on (seed, tensor, global row, global column) only, row and
/// column in the order of files, so it is the same at any number of ranks, and a narrow network is
/// a block of a wide one.
template <class Real>
void initialize(const Network<Real>& network, Index seed, const Vector<Real>& theta);

/// direction <- N(0, 1) in every element, from streams of their own: independent of the initial
/// parameters of any seed and of directions of other numbers (0 to 15).
template <class Real>
void draw_direction(const Network<Real>& network, Index seed, Index number,
                    const Vector<Real>& direction);

}  // namespace catapult
