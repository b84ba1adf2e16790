// Loss and accuracy on samples that are not the training batch.
// defines: Evaluator
#pragma once

#include "data/dataset.hpp"
#include "model/loss.hpp"
#include "model/network.hpp"

namespace catapult {

/// Forward passes over a fixed set of samples, in chunks that bound the memory for activations.
template <class Real>
class Evaluator {
 public:
  /// `samples`: all of them, on every rank; the sample ranks take a block each.
  Evaluator(const Network<Real>& network, const Samples<Real>& samples);

  bool empty() const { return total_ == 0; }
  /// Collective over the network's grid.
  Score score(const Vector<const Real>& theta);

 private:
  const Network<Real>& network_;
  Samples<Real> mine_;
  Index total_ = 0;   ///< samples of all ranks
  Index chunks_ = 0;  ///< the same on all ranks: the maps are collective
};

}  // namespace catapult
