// Measures the kernel of a network in training: which samples, which form, averaged over sets.
// defines: KernelMeasurement, KernelProbe, spreads_batches
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "curvature/ntk.hpp"
#include "curvature/options.hpp"
#include "curvature/spikes.hpp"
#include "data/samples.hpp"
#include "model/loss.hpp"
#include "model/network.hpp"
#include "spectra/tracker.hpp"

namespace catapult {

/// One measurement, means over the kernel batches; never without what vouches for it.
struct KernelMeasurement {
  double lambda = 0.0;
  double residual = 0.0;  ///< largest over the batches
  Index products = 0;     ///< kernel-vector products, all batches
  bool converged = false;
  std::vector<double> eigenvalues;  ///< largest first, as many as asked for
  double error_share = NAN;  ///< of |f - y|^2 in the top error_modes eigenvectors; of a kernel that
                             ///< is zero they are any
  Index samples = 0;         ///< of each batch; in the standard parametrization lambda depends
                             ///< on their number
};

/// Whether each sample rank measures kernel batches of its own.
inline bool spreads_batches(const MeasureOptions& options, const Grid& grid) {
  return grid.samples.size() > 1 && options.kernel_batches >= grid.samples.size();
}

/// Holds the fixed kernel samples (the first ones of the training data) with a tape and an
/// eigenvector each, so that every measurement starts from the last. Where there are at least as
/// many batches as sample ranks, each sample rank measures its share of them on its own.
template <class Real>
class KernelProbe {
 public:
  /// `batch`: samples of a training batch; same_inputs: that batch is all of `train` at every step,
  /// so its forward pass can be shared. `alone`: the same network on the width ranks of this sample
  /// rank, where each is to measure its own batches (see spreads_batches), else null. Collective.
  KernelProbe(const Network<Real>& network, std::unique_ptr<const Network<Real>> alone,
              const Loss& loss, const MeasureOptions& options, const SpreadSamples<Real>& train,
              Index batch, bool same_inputs);

  /// At theta; `tape` is the training batch's, already forward at theta. Throws NumericalError
  /// where an eigenvalue does not converge, NotFiniteError where the kernel holds NaN or inf.
  /// Collective over the network's grid.
  KernelMeasurement measure(const Vector<const Real>& theta, Tape<Real>& tape);
  /// The same without a training tape at hand.
  KernelMeasurement measure(const Vector<const Real>& theta);

  /// What the last measurement has seen, with the top error_modes eigenvectors and the tape that it
  /// was given: of a mean squared error and one kernel batch whose eigenvalue is followed.
  /// Collective.
  Sighting sighting(Index step, double lambda, const Tape<Real>& tape) const;

  /// What the next measurement starts from, one entry a kernel batch. Collective.
  std::vector<TrackerState> state() const;
  /// Continues from there; `state` may be empty.
  void restore(const std::vector<TrackerState>& state);

 private:
  struct Batch {
    Samples<Real> samples;  ///< this rank's
    Samples<Real> few;      ///< likewise, for a guess of the first measurement
    Tape<Real> tape;
    TopEigenvalueTracker<double> tracker;
    bool measured = false;
    bool mine = true;  ///< this sample rank takes part in its measurement
  };

  const Network<Real>& measured() const { return alone_ ? *alone_ : network_; }
  KernelMeasurement measure_batch(const Vector<const Real>& theta, Batch& batch, Tape<Real>& tape);
  /// What the first measurement starts from; `whole`: the kernel of all samples of the batch.
  TrackerState guess(const Vector<const Real>& theta, const Batch& batch,
                     const NtkOperator<Real>& whole) const;
  KernelMeasurement mean_of_batches(const Vector<const Real>& theta);
  /// With the number of samples. Throws NumericalError where it did not converge, on all ranks.
  KernelMeasurement checked(KernelMeasurement result) const;

  const Network<Real>& network_;
  std::unique_ptr<const Network<Real>> alone_;
  Loss loss_;
  MeasureOptions options_;
  Index samples_ = 0;  ///< of one kernel batch, all ranks together
  bool assembled_ = false;
  Index few_ = 0;  ///< samples on which the top is guessed before it is measured, likewise
  bool shares_tape_ = false;
  std::vector<Batch> batches_;
};

}  // namespace catapult
