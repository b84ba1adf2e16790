// Measures the kernel of a network in training: which samples, which form, averaged over sets.
// defines: KernelMeasurement, KernelProbe
#pragma once

#include <vector>

#include "data/dataset.hpp"
#include "kernel/options.hpp"
#include "kernel/tracker.hpp"
#include "model/network.hpp"

namespace catapult {

/// One measurement, means over the kernel batches; never without what vouches for it.
struct KernelMeasurement {
  double lambda = 0.0;
  double residual = 0.0;  ///< largest over the batches
  Index products = 0;     ///< kernel-vector products, all batches
  bool converged = false;
  std::vector<double> eigenvalues;  ///< largest first, as many as asked for
};

/// Holds the fixed kernel samples (the first ones of the training data) with a tape and an
/// eigenvector each, so that every measurement starts from the last.
template <class Real>
class KernelProbe {
 public:
  /// `train`: all training samples, on every rank; `batch`: samples of a training batch; full: that
  /// batch is the first `batch` samples at every step, so its forward pass can be shared.
  KernelProbe(const Network<Real>& network, const MeasureOptions& options,
              const Samples<Real>& train, Index batch, bool full);

  /// At theta; `tape` is the training batch's, already forward at theta. Throws NumericalError
  /// where an eigenvalue does not converge. Collective over the network's grid.
  KernelMeasurement measure(const Vector<const Real>& theta, Tape<Real>& tape);
  /// The same without a training tape at hand.
  KernelMeasurement measure(const Vector<const Real>& theta);

  /// This rank's rows of the first kernel batch.
  const Samples<Real>& first_samples() const { return batches_[0].samples; }

  /// What the next measurement starts from, one entry a kernel batch. Collective.
  std::vector<TrackerState> state() const;
  /// Continues from there; `state` may be empty.
  void restore(const std::vector<TrackerState>& state);

 private:
  struct Batch {
    Samples<Real> samples;  ///< this rank's
    Tape<Real> tape;
    TopEigenvalueTracker tracker;
    bool measured = false;
  };

  KernelMeasurement measure_batch(const Vector<const Real>& theta, Batch& batch, Tape<Real>& tape);

  const Network<Real>& network_;
  MeasureOptions options_;
  Index samples_ = 0;  ///< of one kernel batch, all ranks together
  bool assembled_ = false;
  bool shares_tape_ = false;
  std::vector<Batch> batches_;
};

}  // namespace catapult
