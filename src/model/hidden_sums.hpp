// Hidden activations and their errors, summed over neurons, sample by sample.
// defines: HiddenSums, add_hidden_sums
#pragma once

#include "linalg/views.hpp"

namespace catapult {

/// Of one hidden layer: h its activations, what the next weights are applied to, and e their
/// back-propagated errors.
struct HiddenSums {
  /// Columns of `sums`.
  enum Kind : int { product, square, error_square, magnitude, positive };
  static constexpr Index kinds = 5;

  HiddenSums(Index samples, Index all_neurons)
      : neurons(all_neurons), sums("hidden_sums", samples, kinds) {}

  Index neurons;        ///< of all ranks
  Matrix<double> sums;  ///< (samples, kinds): h.e, |h|^2, |e|^2, |h|_1, neurons with h > 0
};

/// sums (samples, HiddenSums::kinds) += those over some neurons, h and e (samples, neurons).
template <class Real>
void add_hidden_sums(const MatrixRef<const Real>& h, const MatrixRef<const Real>& e,
                     const Matrix<double>& sums);

}  // namespace catapult
