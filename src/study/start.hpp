// Data, network and initial state of a member.
// defines: training_of, MemberStart
#pragma once

#include "curvature/kernel_probe.hpp"
#include "curvature/loss_probe.hpp"
#include "data/batches.hpp"
#include "data/dataset_cache.hpp"
#include "data/shape.hpp"
#include "deck/deck.hpp"
#include "layers/hidden_layer.hpp"
#include "train/batch_stream.hpp"
#include "train/state.hpp"

namespace catapult {

/// How the member is trained: as its deck says. A catapult of the warm-up model is as high as its
/// width, f^2/n <= lambda^2/4, so there a loss may be `diverge_above` times the initial one for
/// each neuron; that of a linear twin may not (TwinRuns).
TrainOptions training_of(const Deck& deck);

template <class Real>
struct MemberStart {
  Dataset<Real> data;
  Network<Real> network;
  BatchOrder order;
  Augmentation augmentation;
  ModelOptions model;
  Loss loss;
  Activations activations;
  TrainingState<Real> state;

  /// Loads the data, builds the network on a grid of `ranks` and draws or reads its parameters.
  /// Throws DataError, UsageError where no memory holds it. Collective over `ranks`.
  MemberStart(const Deck& deck, const Communicator& ranks);

  /// The same with data of `cache` where they are there; what is loaded stays in it.
  MemberStart(const Deck& deck, const Communicator& ranks, DatasetCache& cache);

  /// The same on this grid; where [parallel] memory is "auto", with stored activations.
  MemberStart(const Deck& deck, const Grid& grid);

  /// Of the data, as `probe` tells it.
  DataShape shape() const { return data.shape(); }

  /// The batch of every step.
  BatchStream<Real> batches() const { return {data.train, order, augmentation}; }

  /// Refers to the network of this object. Collective.
  KernelProbe<Real> kernel_probe(const MeasureOptions& options) const;

  /// The same, of the loss on the kernel samples. Collective.
  LossProbe<Real> loss_probe(const MeasureOptions& options) const;

  /// This rank's rows of the first kernel_samples training samples. Collective.
  Samples<Real> kernel_samples(const MeasureOptions& options) const;

 private:
  /// A grid, and whether activations are stored on it.
  struct Layout {
    Grid grid;
    Activations activations = Activations::stored;
  };
  static Layout layout_for(const Deck& deck, const Communicator& ranks, const DatasetCache& cache);
  MemberStart(const Deck& deck, const Layout& layout);
  MemberStart(const Deck& deck, const Layout& layout, DatasetCache& cache);
  MemberStart(const Deck& deck, const Layout& layout, Dataset<Real> loaded);
};

}  // namespace catapult
