// The cases of an independent implementation on any grid of ranks.
// defines: Member, widths_of_world, expect_reference, outputs_of
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "data/batches.hpp"
#include "harness/views.hpp"
#include "layers/build.hpp"
#include "record/hdf5.hpp"
#include "study/reference_cases.hpp"
#include "train/update.hpp"
#include "twin/make.hpp"
#include "twin/tangent_space.hpp"

namespace catapult::testing {

/// Numbers of width ranks with which all ranks form a grid for this network.
inline std::vector<int> widths_of_world(const ReferenceCase& one) {
  const int ranks = Communicator(MPI_COMM_WORLD).size();
  if (one.model.kind != "fc") return {1};
  std::vector<int> widths;
  for (int width = 1; width <= ranks; ++width) {
    if (ranks % width == 0) widths.push_back(width);
  }
  return widths;
}

/// A network of a case at its initial weights with its data, and the run's rule.
struct Member {
  Member(const ReferenceCase& one, const ReferenceRun& run, int width_ranks)
      : file(Hdf5File::open(one.path())),
        group(run.group()),
        grid(make_grid(Communicator(MPI_COMM_WORLD), width_ranks)),
        all{matrix("x"), matrix("y")},
        batch(rows(all, block_of(all.size(), grid.samples.size(), grid.samples.rank()))),
        network(build_network<double>(one.model, {all.inputs(), all.outputs(), image()}, grid)),
        last_step(one.last_step),
        eta(run.c / file.read<double>("eigenvalues")[0]),
        tape(network.make_tape(all.size())) {
    options.momentum = run.momentum;
    options.l2 = run.l2;
    state.theta = Vector<double>("theta", network.parameters());
    if (run.momentum > 0.0) state.velocity = Vector<double>("velocity", network.parameters());
    for (const Tensor& tensor : network.tensors()) read(tensor);
  }

  /// Trains the network up to the step of the fork.
  void train_to(Index step) {
    const Matrix<double> cotangent("cotangent", batch.size(), network.outputs());
    for (; state.step < step; ++state.step) {
      network.forward(state.theta, batch.x, tape);
      loss_cotangent(Loss{}, tape.outputs(), batch.y, all.size(), cotangent);
      descend(network, tape, cotangent, eta, options, state);
    }
  }

  TwinSetting<double> setting() const {
    return {network, options, all.size(), true, {batch, all.size(), grid.samples}};
  }

  std::vector<double> numbers(const std::string& dataset) const {
    return file.read<double>(group + dataset);
  }
  /// A twin's series begins at its fork and ends with the network's.
  Index fork_step(const std::string& kind) const {
    return last_step + 1 - static_cast<Index>(numbers(kind + "/loss").size());
  }
  /// f of all samples at one row of a series, this rank's samples.
  std::vector<double> local(const std::vector<double>& series, Index row) const {
    const Index k = all.outputs();
    const Block mine = block_of(all.size(), grid.samples.size(), grid.samples.rank());
    const auto begin = series.begin() + row * all.size() * k;
    return {begin + mine.begin * k, begin + mine.end * k};
  }

  Hdf5File file;
  std::string group;
  Grid grid;
  Samples<double> all, batch;  ///< all samples, and this rank's
  Network<double> network;
  Index last_step;
  TrainOptions options;
  double eta;
  TrainingState<double> state;
  Tape<double> tape;

 private:
  Matrix<double> matrix(const std::string& dataset) const {
    const Index samples = file.shape(dataset)[0];
    const std::vector<double> values = file.read<double>(dataset);
    const Matrix<double> result(dataset, samples, static_cast<Index>(values.size()) / samples);
    upload(values.data(), flat(result));
    return result;
  }
  /// None of inputs that are no images.
  ImageShape image() const {
    const std::vector<Index> shape = file.shape("x");
    return shape.size() == 4 ? ImageShape{shape[1], shape[2], shape[3]} : ImageShape{};
  }
  void read(const Tensor& tensor) const {
    const std::vector<double> mine = part_in_memory(tensor, file.read<double>(tensor.name));
    upload(mine.data(), part_of(state.theta, {tensor.offset, tensor.offset + tensor.size()}));
  }
};

/// Follows the twin from its fork to the last step of the reference: losses and f of every row.
inline void expect_reference(Twin<double>& twin, const Member& member, const std::string& kind) {
  const std::vector<double> loss = member.numbers(kind + "/loss"), f = member.numbers(kind + "/f");
  const Matrix<double> none("none", member.batch.size(), member.all.outputs());
  const Index steps = member.last_step - member.fork_step(kind);
  for (Index row = 0; row <= steps; ++row) {
    const TwinScore score = score_twin(twin, member.batch, none);
    const double expected = loss[static_cast<std::size_t>(row)];
    EXPECT_NEAR(score.loss, expected, 1e-10 * expected) << kind << " row " << row;
    EXPECT_LT(error_of(values_of(twin.evaluate(member.batch)), member.local(f, row)), 1e-10)
        << kind << " row " << row;
    twin.step(member.eta);
  }
}

/// f (samples, outputs) of this rank from its piece of function space.
inline Matrix<double> outputs_of(TangentSpace<double>& space, const std::vector<double>& piece) {
  return space.outputs(to_device(HostVector<const double>(piece.data(), piece.size())));
}

}  // namespace catapult::testing
