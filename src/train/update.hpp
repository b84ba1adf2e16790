// One step of gradient descent.
// defines: descend
#pragma once

#include "model/network.hpp"
#include "train/options.hpp"
#include "train/state.hpp"

namespace catapult {

/// theta <- theta - eta v, v <- gamma v + g (Polyak; v = g where gamma = 0), g the gradient of
/// L + (l2/2) |theta|^2. `cotangent` is dL/df on the tape's batch. Without momentum no gradient is
/// stored: theta <- (1 - eta l2) theta - eta J^T cotangent is the weight-gradient product itself;
/// with momentum the same holds for v.
template <class Real>
void descend(const Network<Real>& network, Tape<Real>& tape, const Matrix<Real>& cotangent,
             double eta, const TrainOptions& options, TrainingState<Real>& state);

}  // namespace catapult
