// Loss and accuracy on samples that are not the training batch.
// defines: OutputsOf, Evaluator
#pragma once

#include <functional>

#include "data/samples.hpp"
#include "model/loss.hpp"
#include "model/network.hpp"

namespace catapult {

/// Outputs (samples, outputs) for rows x (samples, inputs) of this rank. Collective.
template <class Real>
using OutputsOf = std::function<Matrix<Real>(const Matrix<Real>& x)>;

/// Forward passes over a fixed set of samples, in chunks that bound the memory for activations.
template <class Real>
class Evaluator {
 public:
  Evaluator(const Network<Real>& network, const SpreadSamples<Real>& samples);

  bool empty() const { return total_ == 0; }
  /// Collective over the network's grid.
  Score score(const Vector<const Real>& theta);
  /// The same for any model of these outputs, called for chunk after chunk.
  Score score(const OutputsOf<Real>& model);

 private:
  const Network<Real>& network_;
  Samples<Real> mine_;
  Index total_ = 0;   ///< samples of all ranks
  Index chunks_ = 0;  ///< the same on all ranks: the maps are collective
};

}  // namespace catapult
