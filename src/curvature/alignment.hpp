// How activations, errors and weights of a network lie to each other.
// defines: AlignmentMeasurement, alignment_of
#pragma once

#include <cmath>
#include <vector>

#include "curvature/hessian.hpp"

namespace catapult {

/// One number a hidden layer, from the inputs on: h are its activations (samples, neurons), what
/// the next weights are applied to. Without L2.
struct AlignmentMeasurement {
  /// <h, dL/dh> / (|h| |dL/dh|), the mean over samples where neither vanishes; NaN where there are
  /// none.
  std::vector<double> cosine;
  std::vector<double> active;    ///< share of neurons times samples with h > 0
  std::vector<double> mean_abs;  ///< |h|_1 / neurons, the mean over samples
  /// Frobenius norm of each weight tensor, in their order: of the parameters, without scales of
  /// the parametrization.
  std::vector<double> weight_norm;
  /// |W_1^T w_2| / (|W_1|_F |w_2|) of a network of one hidden layer and one output; where it has
  /// one input with its sign. (u and v of the warm-up model f = n^(-1/2) v^T u x.) Else NaN.
  double cosine_uv = NAN;
};

/// At the samples of the tape. Collective over the network's grid.
template <class Real>
AlignmentMeasurement alignment_of(const LossPoint<Real>& at, const ParameterSpace& space,
                                  HessianRoom<Real>& room);

}  // namespace catapult
