// Measures the loss surface of a network in training: its Hessian, its gradient, and how the layers
// lie to it.
// defines: room_for_hessian, HessianMeasurement, GradientMeasurement, ParameterTracker, LossProbe
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "curvature/alignment.hpp"
#include "curvature/critical_rate.hpp"
#include "curvature/hessian.hpp"
#include "curvature/options.hpp"
#include "data/samples.hpp"
#include "spectra/tracker.hpp"

namespace catapult {

/// Vectors of parameter space are long.
constexpr TrackerRoom room_for_hessian{4, 16};

/// The Hessian of the loss without L2.
struct HessianMeasurement {
  double lambda = 0.0;    ///< largest eigenvalue
  double residual = 0.0;  ///< as KernelMeasurement's
  Index products = 0;     ///< Hessian-vector products
  bool converged = false;
  std::vector<double> eigenvalues;  ///< largest first, as many as asked for
  double smallest = NAN;            ///< NaN where it was not asked for
};

/// g = dL/dtheta, without L2
struct GradientMeasurement {
  double norm = 0.0;       ///< |g|
  double sharpness = NAN;  ///< g.Hg / |g|^2; NaN where g = 0
};

/// What a tracker of parameter space continues from: its vectors in the network's layout.
struct ParameterTracker {
  TrackerState numbers;                 ///< without vectors
  std::vector<Vector<double>> vectors;  ///< (kept + scouted) of (parameters)
};

/// Of the first kernel_samples training samples, as KernelProbe. Keeps a few vectors of parameter
/// space, spread over all ranks.
template <class Real>
class LossProbe {
 public:
  /// samples: this rank's; all: of all ranks; shares_tape: they are the training batch of every
  /// step. Refers to the network. Collective.
  LossProbe(const Network<Real>& network, const Loss& loss, const MeasureOptions& options,
            Samples<Real> samples, Index all, bool shares_tape);

  /// The theta of all that follows, until the next one; `tape` is the training batch's, already
  /// forward at theta, and lives as long. Collective, as all below.
  void move_to(const Vector<const Real>& theta, Tape<Real>& tape);
  /// Throws NumericalError where an eigenvalue does not converge, NotFiniteError where the Hessian
  /// holds NaN or inf.
  HessianMeasurement hessian();
  /// The largest eigenvalue of P^(-1/2) H P^(-1/2) for a diagonal P > 0 (parameters), followed like
  /// that of H: one probe does one of both.
  HessianMeasurement preconditioned(const Vector<const Real>& p);
  GradientMeasurement gradient();
  /// learning_rate NaN where the gradient is zero.
  CriticalRate critical_rate();
  AlignmentMeasurement alignment() { return alignment_of(point(), space_, room_); }

  /// Of the largest eigenvalue.
  ParameterTracker state() const;
  void restore(const ParameterTracker& state);

 private:
  double loss_of(const Matrix<Real>& f) const;
  LossPoint<Real> point() { return {network_, theta_, *at_, samples_.y, all_, loss_}; }
  /// The `count` largest eigenvalues, from nothing.
  HessianMeasurement solve(const SymmetricOperator<double>& op, Index count) const;

  const Network<Real>& network_;
  Loss loss_;
  MeasureOptions options_;
  Samples<Real> samples_;
  Index all_;
  ParameterSpace space_;
  Tape<Real> tape_;           ///< where the training batch's is not shared
  Tape<Real>* at_ = nullptr;  ///< of theta_
  Vector<const Real> theta_;
  HessianRoom<Real> room_;
  Vector<Real> gradient_;
  Vector<Real> own_, scaled_;  ///< of preconditioned, (local_size)
  Tape<Real> trial_;           ///< of critical_rate
  TopEigenvalueTracker<Real> tracker_;
};

}  // namespace catapult
