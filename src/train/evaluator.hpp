// Loss and accuracy on samples that are not the training batch.
// defines: OutputsOf, Evaluator
#pragma once

#include <functional>
#include <utility>

#include "data/samples.hpp"
#include "model/loss.hpp"
#include "model/network.hpp"

namespace catapult {

/// Outputs (samples, outputs) for the rows x (samples, inputs) of a batch on this rank. Collective.
template <class Real>
using OutputsOf = std::function<Matrix<Real>(const Batch& batch, const Matrix<Real>& x)>;

/// Forward passes over a fixed set of samples, in chunks that bound the memory for activations.
/// Where the network couples the samples of a batch, a chunk is whole groups of consecutive samples
/// of all, spread over the ranks, so that the result depends neither on chunks nor on ranks; else
/// each rank goes through its own samples.
template <class Real>
class Evaluator {
 public:
  /// group: samples that share batch statistics; 0: all.
  Evaluator(const Network<Real>& network, const SpreadSamples<Real>& samples, Index group,
            const Loss& loss);

  bool empty() const { return total_ == 0; }
  /// Collective over the network's grid.
  Score score(const Vector<const Real>& theta);
  /// The same for any model of these outputs, called for chunk after chunk.
  Score score(const OutputsOf<Real>& model);

 private:
  /// One chunk: the batch it is, and this rank's samples of it. Collective.
  std::pair<Batch, Samples<Real>> chunk(Index number) const;

  const Network<Real>& network_;
  SpreadSamples<Real> samples_;
  Index group_;
  Loss loss_;
  Index total_ = 0;    ///< samples of all ranks
  Index coupled_ = 0;  ///< samples of a chunk of all ranks; 0: each rank has chunks of its own
  Index chunks_ = 0;   ///< the same on all ranks: the maps are collective
};

}  // namespace catapult
