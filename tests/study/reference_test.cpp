// Trajectories of an independent implementation in double (tests/study/reference): the same weights
// and data must give the same f, kernel, eigenvalues, losses and end parameters.
#include <gtest/gtest.h>
#include <petscmat.h>

#include <cmath>

#include "curvature/assembled.hpp"
#include "record/hdf5.hpp"
#include "spectra/spectrum.hpp"
#include "study/reference_cases.hpp"
#include "study/start.hpp"
#include "train/loop.hpp"

namespace catapult::testing {
namespace {

std::vector<double> numbers_of(const ReferenceCase& one, const std::string& dataset) {
  return Hdf5File::open(one.path()).read<double>(dataset);
}

Deck deck_of(const ReferenceCase& one, const std::string& precision) {
  Deck deck;
  deck.data.source = "hdf5";
  deck.data.path = one.path();
  deck.data.preprocessing = "none";
  deck.model = one.model;
  deck.model.weights = one.path();
  deck.model.precision = precision;
  deck.measure.tolerance = 1e-12;
  return deck;
}

/// The largest error over all elements, each relative to its own reference.
double series_error(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::abs(a[i] - b[i]) / std::abs(b[i]));
  }
  return worst;
}

/// All that the loop shows, kept.
template <class Real>
class Keeper final : public Observer<Real> {
 public:
  Keeper(KernelProbe<Real>& probe, const Communicator& sample_ranks)
      : probe_(probe), sample_ranks_(sample_ranks) {}
  void observe(const Moment<Real>& moment) override {
    const auto mine = to_host(moment.tape.outputs());
    const std::vector<double> all =
        sample_ranks_.concatenate(std::vector<double>(mine.data(), mine.data() + mine.size()));
    f.insert(f.end(), all.begin(), all.end());
    loss.push_back(moment.row.loss);
    lambda.push_back(probe_.measure(moment.state.theta, moment.tape).lambda);
  }

  std::vector<double> f, loss, lambda;

 private:
  KernelProbe<Real>& probe_;
  const Communicator& sample_ranks_;
};

/// What stays 0 but for rounding (biases in front of a batch norm) is compared absolutely.
constexpr double least_size = 1e-3;

/// Largest error of this rank's end parameters, relative to the tensor's largest element.
double parameter_error(const MemberStart<double>& member, const ReferenceCase& one,
                       const ReferenceRun& run) {
  const auto theta = to_host(member.state.theta);
  double worst = 0.0;
  for (const Tensor& tensor : member.network.tensors()) {
    const auto expected = numbers_of(one, run.group() + "theta_end/" + tensor.name.substr(7));
    const double* begin = theta.data() + tensor.offset;
    const std::vector<double> mine(begin, begin + tensor.size());
    worst = std::max(worst, error_of(mine, part_in_memory(tensor, expected), least_size));
  }
  return worst;
}

class Reference : public ::testing::TestWithParam<ReferenceParam> {};

TEST_P(Reference, IsReproducedToRounding) {
  const auto& [one, run] = GetParam();
  Deck deck = deck_of(one, "f64");
  deck.train.momentum = run.momentum;
  deck.train.l2 = run.l2;
  deck.train.stop_steps = one.last_step;
  MemberStart<double> member(deck, Communicator(MPI_COMM_WORLD));
  BatchStream<double> batches = member.batches();
  KernelProbe<double> probe = member.kernel_probe(deck.measure);
  Keeper<double> seen(probe, member.network.grid().samples);
  const double eta = run.c / numbers_of(one, "eigenvalues")[0];
  train(member.network, batches, deck.train, eta, member.state, seen);

  const std::string group = run.group();
  EXPECT_LT(error_of(seen.f, numbers_of(one, group + "f")), 1e-10);
  EXPECT_LT(series_error(seen.loss, numbers_of(one, group + "loss")), 1e-10);
  EXPECT_LT(series_error(seen.lambda, numbers_of(one, group + "lambda")), 1e-10);
  EXPECT_LT(parameter_error(member, one, run), 1e-10);
}

TEST_P(Reference, IsReproducedBySinglePrecisionAtFirst) {
  const auto& [one, run] = GetParam();
  Deck deck = deck_of(one, "f32");
  deck.measure.tolerance = 1e-6;
  deck.train.momentum = run.momentum;
  deck.train.l2 = run.l2;
  deck.train.stop_steps = 3;
  MemberStart<float> member(deck, Communicator(MPI_COMM_WORLD));
  BatchStream<float> batches = member.batches();
  KernelProbe<float> probe = member.kernel_probe(deck.measure);
  Keeper<float> seen(probe, member.network.grid().samples);
  const double eta = run.c / numbers_of(one, "eigenvalues")[0];
  train(member.network, batches, deck.train, eta, member.state, seen);

  const std::string group = run.group();
  std::vector<double> loss = numbers_of(one, group + "loss"), f = numbers_of(one, group + "f");
  std::vector<double> lambda = numbers_of(one, group + "lambda");
  loss.resize(seen.loss.size());
  lambda.resize(seen.lambda.size());
  f.resize(seen.f.size());
  EXPECT_LT(error_of(seen.f, f), 1e-4);
  EXPECT_LT(series_error(seen.loss, loss), 1e-4);
  EXPECT_LT(series_error(seen.lambda, lambda), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(All, Reference,
                         ::testing::Combine(::testing::ValuesIn(reference_cases),
                                            ::testing::ValuesIn(reference_runs)),
                         name_of_case);

class ReferenceKernel : public ::testing::TestWithParam<ReferenceCase> {};

TEST_P(ReferenceKernel, IsAssembledElementByElementWithItsSpectrum) {
  const ReferenceCase& one = GetParam();
  const MemberStart<double> member(deck_of(one, "f64"), Communicator(MPI_COMM_WORLD));
  Tape<double> tape = member.network.make_tape(member.data.train.size());
  member.network.forward(member.state.theta, member.data.train.mine().x, tape);
  const MatrixOperator kernel = assemble_kernel<double>(member.network, member.state.theta, tape);

  const auto expected = numbers_of(one, "kernel"), eigenvalues = numbers_of(one, "eigenvalues");
  PetscInt begin = 0, end = 0, rows = 0, columns = 0;
  MatGetOwnershipRange(kernel.matrix().petsc(), &begin, &end);
  MatGetSize(kernel.matrix().petsc(), &rows, &columns);
  ASSERT_EQ(static_cast<std::size_t>(rows * columns), expected.size());
  std::vector<double> mine, theirs;
  for (PetscInt row = begin; row < end; ++row) {
    for (PetscInt column = 0; column < columns; ++column) {
      PetscScalar value = 0.0;
      MatGetValue(kernel.matrix().petsc(), row, column, &value);
      mine.push_back(value);
      theirs.push_back(expected[static_cast<std::size_t>(row * columns + column)]);
    }
  }
  if (!mine.empty()) {
    EXPECT_LT(error_of(mine, theirs), 1e-10);
  }

  const auto all = static_cast<Index>(eigenvalues.size());
  const Spectrum spectrum = largest_eigenvalues(kernel, {all, 1e-12});
  EXPECT_TRUE(spectrum.converged);
  EXPECT_LT(error_of(spectrum.values, eigenvalues), 1e-10);
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceKernel, ::testing::ValuesIn(reference_cases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace catapult::testing
