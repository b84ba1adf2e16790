// A network and its samples, from which tests fork twins, on width ranks or on sample ranks.
// defines: normal_matrix, model_of, Member
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "data/batches.hpp"
#include "harness/views.hpp"
#include "layers/build.hpp"
#include "linalg/vector_ops.hpp"
#include "model/initialize.hpp"
#include "train/update.hpp"
#include "twin/eigen.hpp"
#include "twin/make.hpp"
#include "twin/tangent_space.hpp"

namespace catapult::testing {

inline Matrix<double> normal_matrix(Index rows, Index columns, std::uint32_t stream) {
  const RandomStream random(23, stream);
  return filled<double>(rows, columns, [&](Index i, Index j) { return random.normal(i, j); });
}

inline ModelOptions model_of(std::vector<Index> widths, const std::string& activation) {
  ModelOptions model;
  model.depth = static_cast<Index>(widths.size());
  model.widths = std::move(widths);
  model.activation = activation;
  model.sigma_w = std::sqrt(2.0);
  model.seed = 3;
  return model;
}

/// A network on its training and test samples, all ranks as width ranks or as sample ranks.
struct Member {
  Member(const ModelOptions& model, Index samples, Index inputs, Index outputs, bool spread_samples)
      : world(MPI_COMM_WORLD),
        grid(make_grid(world, spread_samples ? 1 : world.size())),
        train{normal_matrix(samples, inputs, 1), normal_matrix(samples, outputs, 2)},
        test{normal_matrix(5, inputs, 3), normal_matrix(5, outputs, 4)},
        network(build_network<double>(model, {inputs, outputs}, grid)) {
    state.theta = Vector<double>("theta", network.parameters());
    initialize(network, model.seed, state.theta);
  }

  void with_momentum(double momentum, double l2) {
    options.momentum = momentum;
    options.l2 = l2;
    state.velocity = Vector<double>("velocity", network.parameters());
  }

  Samples<double> part(const Samples<double>& all) const {
    return rows(all, block_of(all.size(), grid.samples.size(), grid.samples.rank()));
  }
  TwinSetting<double> setting(Index batch, bool full) const {
    return {network, options, batch, full, {part(test), test.size(), grid.samples}};
  }
  TwinSetting<double> setting() const { return setting(train.size(), true); }
  std::unique_ptr<Twin<double>> fork(TwinKind kind) const {
    return make_twin(kind, setting(), fork_state(state), part(train));
  }

  /// Outputs of the network for this rank's rows, kept.
  Matrix<double> outputs(const Samples<double>& batch) const {
    Tape<double> tape = network.make_tape(Batch{batch.size(), {0, batch.size()}});
    network.forward(state.theta, batch.x, tape);
    const Matrix<double> f("f", batch.size(), network.outputs());
    Kokkos::deep_copy(f, tape.outputs());
    return f;
  }
  void step(const Samples<double>& batch, Index samples, double eta) {
    Tape<double> tape = network.make_tape(samples);
    network.forward(state.theta, batch.x, tape);
    const Matrix<double> cotangent("cotangent", batch.size(), network.outputs());
    loss_cotangent(Loss{}, tape.outputs(), batch.y, samples, cotangent);
    descend(network, tape, cotangent, eta, options, state);
  }
  EigenBasis basis() const {
    const TangentSpace<double> space(network, state.theta, {}, part(train), train.size());
    return eigenbasis_of(space.kernel());
  }

  Communicator world;
  Grid grid;
  Samples<double> train, test;
  Network<double> network;
  TrainOptions options;
  TrainingState<double> state;
};

}  // namespace catapult::testing
