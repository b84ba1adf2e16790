// One step of the optimizer.
// defines: vectors_of, make_room, descend, adam_scale
#pragma once

#include "model/network.hpp"
#include "train/options.hpp"
#include "train/state.hpp"

namespace catapult {

/// Vectors of parameter space that training holds, theta among them.
int vectors_of(const TrainOptions& options);

/// Allocates what the optimizer needs beside theta, zero, for so many parameters of this rank.
template <class Real>
void make_room(const TrainOptions& options, Index parameters, TrainingState<Real>& state);

/// One step along g, the gradient of L + (l2/2) |theta|^2; `cotangent` is dL/df on the tape's
/// batch.
///  gd:       v <- gamma v + g, theta <- theta - eta v (Polyak; v = g where gamma = 0). No gradient
///  is
///            stored: without momentum theta <- (1 - eta l2) theta - eta J^T cotangent is the
///            weight-gradient product itself; with momentum the same holds for v.
///  nesterov: v <- gamma v + g, theta <- theta - eta (g + gamma v) (Sutskever et al. 2013)
///  adam:     m <- beta_1 m + (1 - beta_1) g, s <- beta_2 s + (1 - beta_2) g^2, theta <- theta -
///  eta
///            m/(1 - beta_1^t) / (sqrt(s/(1 - beta_2^t)) + epsilon) at its update number t
///            (Kingma and Ba 2015)
template <class Real>
void descend(const Network<Real>& network, Tape<Real>& tape, const Matrix<Real>& cotangent,
             double eta, const TrainOptions& options, TrainingState<Real>& state);

/// sqrt(s/(1 - beta_2^t)) + epsilon, what Adam divides by: (parameters). After its first update.
template <class Real>
void adam_scale(const TrainOptions& options, const TrainingState<Real>& state,
                const Vector<Real>& scale);

}  // namespace catapult
