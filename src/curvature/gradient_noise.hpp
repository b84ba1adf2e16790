// How gradient and curvature differ from batch to batch of SGD.
// defines: NoiseMeasurement, GradientNoise
#pragma once

#include <cmath>
#include <vector>

#include "curvature/hessian.hpp"
#include "data/samples.hpp"

namespace catapult {

/// Means over batches B, each with its standard error.
struct NoiseMeasurement {
  double sharpness = NAN;  ///< E_B[g_B.H_B g_B / |g_B|^2]
  double sharpness_error = NAN;
  double covariance_trace = NAN;  ///< E_B|g_B - E_B g_B|^2
  double covariance_trace_error = NAN;
};

/// Takes one batch after another at one theta. The trace is the mean of |g_1 - g_2|^2/2 over pairs
/// of batches, each counted once: no bias, whatever their number. Collective over the network's
/// grid.
template <class Real>
class GradientNoise {
 public:
  /// batch: samples of all ranks. Refers to the network. Collective.
  GradientNoise(const Network<Real>& network, const Loss& loss, Index batch);

  /// Forgets all batches.
  void move_to(const Vector<const Real>& theta);
  /// This rank's samples of the next batch.
  void add(const Samples<Real>& batch);
  /// Of all batches since.
  NoiseMeasurement result() const;

 private:
  const Network<Real>& network_;
  Loss loss_;
  Index batch_;
  ParameterSpace space_;
  Tape<Real> tape_;
  Vector<const Real> theta_;
  HessianRoom<Real> room_;
  Vector<Real> gradient_, other_;  ///< the batch's, and that of its pair
  std::vector<double> sharpness_;  ///< of each batch whose gradient is not zero
  std::vector<double> distances_;  ///< |g_1 - g_2|^2/2 of each pair
  bool waiting_ = false;           ///< other_ has no partner yet
};

}  // namespace catapult
