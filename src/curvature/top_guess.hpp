// Where the first measurement of lambda starts in a network of several outputs.
// defines: samples_of_guess, products_of_guess, guess_top
#pragma once

#include "curvature/ntk.hpp"
#include "curvature/options.hpp"
#include "spectra/tracker.hpp"

namespace catapult {

/// Before the largest eigenvalue of the kernel of so many samples is measured for the first time,
/// by products that go layer by layer (`by_layers`, and a loss that weighs all outputs alike), it
/// is guessed on these few: so many that products of all outputs cost one of all samples; 0 where
/// it is not. The largest ones come as many together as there are outputs, Theta being nearly a
/// matrix of the samples alone for each output (Jacot, Gabriel and Hongler 2018: in the limit of
/// infinite width it is).
inline Index samples_of_guess(const MeasureOptions& options, Index samples, Index outputs,
                              bool by_layers) {
  const bool guessed = options.eigenvalues == 1 && options.solver == "auto" && by_layers &&
                       outputs > 1 && outputs <= TrackerRoom().kept && samples >= 4 * outputs;
  return guessed ? samples / outputs : 0;
}

constexpr Index products_of_guess = 2;  ///< what it costs, in products of all samples

/// What a tracker may start from, this rank's elements: vectors u (x) e_i, an e_i an output. The
/// e_i are the eigenvectors of (1 (x) e_i)^T Theta (1 (x) e_j) of a few samples, u is what one
/// product with 1 (x) e_1 of all samples looks like. Nothing where the kernel is not finite or not
/// positive there. `few`: the kernel of those few samples, `whole`: of all. Collective.
template <class Real>
TrackerState guess_top(const NtkOperator<Real>& few, const NtkOperator<Real>& whole, Index outputs);

}  // namespace catapult
