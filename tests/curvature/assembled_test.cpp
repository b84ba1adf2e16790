// The assembled kernel against its definition and the matrix-free one, on every grid of ranks.
#include "curvature/assembled.hpp"

#include "curvature/matrices.hpp"
#include "curvature/ntk.hpp"
#include "model/pair.hpp"
#include "spectra/spectrum.hpp"

namespace catapult::testing {
namespace {

class Assembled : public ::testing::TestWithParam<Case> {};

/// Several tiles a rank and in both directions, uneven on any grid.
Case many_samples() { return {"many_samples", model_of({9, 7}, "relu", "ntk", 0.2), 141, 6, 3}; }

std::vector<Case> kernel_cases() {
  std::vector<Case> all = cases();
  std::erase_if(all, [](const Case& test) { return std::string(test.name) == "wide"; });  // slow
  all.push_back(many_samples());
  // Errors of the last hidden layer are multiplied out in several blocks of its neurons.
  all.push_back({"many_neurons", model_of({700}, "tanh", "ntk", 0.2), 7, 4, 2});
  all.push_back({"many_neurons_last", model_of({6, 700}, "leaky_relu", "standard", 0.0), 7, 4, 2});
  // Groups of three outputs, and a last one of two.
  all.push_back({"many_outputs", model_of({19}, "relu", "ntk", 0.2), 7, 4, 23});
  return all;
}

HostMatrix<double> assembled_of(NetworkPair& pair) {
  const MatrixOperator kernel = assemble_kernel<double>(pair.network, pair.theta, pair.tape);
  return matrix_by_products(kernel, kernel.ranks(), kernel.local_size(), kernel.local_size());
}

TEST_P(Assembled, IsTheMatrixOfTheMatrixFreeKernel) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const HostMatrix<double> assembled = assembled_of(pair);
    pair.network.prepare_kernel(pair.theta, pair.tape, GetParam().samples, false,
                                KernelForm::cheapest);
    const NtkOperator<double> ntk(pair.network, pair.theta, pair.tape, GetParam().samples);
    EXPECT_LT(largest_difference(assembled, matrix_by_products(ntk, ntk.ranks(), ntk.local_size(),
                                                               ntk.local_size())),
              1e-11);
  }
}

/// J J^T / (k N) on one rank, J column by column: pushforwards of unit vectors.
HostMatrix<double> dense_definition(NetworkPair& pair, const Case& test) {
  const Index size = test.samples * test.outputs;
  const HostMatrix<double> kernel("kernel", size, size);
  const Vector<double> unit("unit", pair.whole.parameters());
  const Matrix<double> column("column", test.samples, test.outputs);
  for (Index p = 0; p < pair.whole.parameters(); ++p) {
    set_element(unit, p, 1.0);
    pair.whole.pushforward(pair.whole_theta, pair.whole_tape, unit, column);
    set_element(unit, p, 0.0);
    const std::vector<double> j_p = values_of(column);
    for (Index i = 0; i < size; ++i) {
      for (Index j = 0; j < size; ++j) {
        kernel(i, j) += j_p[static_cast<std::size_t>(i)] * j_p[static_cast<std::size_t>(j)] /
                        static_cast<double>(size);
      }
    }
  }
  return kernel;
}

TEST_P(Assembled, IsJacobianTimesItsTransposeOverSamplesTimesOutputs) {
  const Case& test = GetParam();
  if (test.samples > 100) GTEST_SKIP() << "too large for its definition";
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    EXPECT_LT(largest_difference(assembled_of(pair), dense_definition(pair, test)), 1e-11);
  }
}

/// To the last bit where it is made of Gram terms, each pair of elements once.
TEST_P(Assembled, IsSymmetric) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const HostMatrix<double> kernel = assembled_of(pair);
    const double most = pair.network.has_kernel_terms() ? 0.0 : 1e-14;
    for (Index i = 0; i < static_cast<Index>(kernel.extent(0)); ++i) {
      for (Index j = 0; j < i; ++j) {
        EXPECT_LE(std::abs(kernel(i, j) - kernel(j, i)), most) << i << ", " << j;
      }
    }
  }
}

TEST_P(Assembled, CrossKernelIsPushforwardOfPullback) {
  const Case& test = GetParam();
  const Index others = 5;
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Matrix<double> x = random_matrix<double>(others, test.inputs, 8);
    const Block mine = block_of(others, pair.grid.samples.size(), pair.grid.samples.rank());
    const Matrix<double> my_x = Kokkos::subview(x, std::pair(mine.begin, mine.end), Kokkos::ALL);
    Tape<double> rows = pair.network.make_tape(others);
    pair.network.forward(pair.theta, my_x, rows);
    if (!pair.network.has_kernel_terms()) {
      EXPECT_THROW(assemble_cross_kernel<double>(pair.network, pair.theta, rows, pair.tape),
                   UsageError);
      continue;
    }
    const SpreadMatrix cross =
        assemble_cross_kernel<double>(pair.network, pair.theta, rows, pair.tape);
    const Index own = block_of(pair.mine.size(), width, pair.grid.width.rank()).size();
    const HostMatrix<double> got =
        matrix_by_products(cross, pair.world, cross.local_rows(), own * test.outputs);

    // The same on one rank, column by column: J_rows J_columns^T e_c / (k N).
    Tape<double> all_rows = pair.whole.make_tape(others);
    pair.whole.forward(pair.whole_theta, x, all_rows);
    const double scale = kernel_normalization(test.samples, test.outputs);
    for (Index column = 0; column < test.samples * test.outputs; ++column) {
      const Matrix<double> unit("unit", test.samples, test.outputs);
      set_element(flat(unit), column, 1.0);
      const Vector<double> gradient("gradient", pair.whole.parameters());
      const Matrix<double> expected("expected", others, test.outputs);
      pair.whole.pullback(pair.whole_theta, pair.whole_tape, unit, {gradient, scale, 0.0});
      pair.whole.pushforward(pair.whole_theta, all_rows, gradient, expected);
      ASSERT_LT(largest_difference(Kokkos::subview(got, column, Kokkos::ALL), flat(expected)),
                1e-11);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Assembled, ::testing::ValuesIn(kernel_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(KernelTerms, AreMissingWhereALayerHasNoneOrCouplesSamples) {
  const Grid self = make_grid(Communicator::self(), 1);
  for (const Case& test : cases()) {
    const Network<double> network = network_of(test, self);
    const std::vector<Tensor>& tensors = network.tensors();
    const bool dense = std::none_of(tensors.begin(), tensors.end(), [](const Tensor& tensor) {
      return tensor.shape.size() == 4 || tensor.name.ends_with("gamma");
    });
    const std::string name = test.name;  // layers made for tests, with none
    const bool made_for_tests = name.starts_with("centered") || name.starts_with("scaled");
    EXPECT_EQ(network.has_kernel_terms(), dense && !made_for_tests) << name;
  }
  for (const Index eigenvalues : {1, 30}) {  // of 30: "auto" assembles what has terms alone
    MeasureOptions options;
    options.eigenvalues = eigenvalues;
    EXPECT_EQ(assembles_kernel(options, 30, true), eigenvalues > 1);
    EXPECT_FALSE(assembles_kernel(options, 30, false));
    options.method = "assembled";
    EXPECT_TRUE(assembles_kernel(options, 30, false));
  }
}

TEST(ReadoutAtZero, GivesTheKernelOfALinearModelWithEveryCopyOfItsEigenvalues) {
  // W_2 = 0 and no biases: Theta = h h^T (x) 1 / (k N), each eigenvalue k times.
  const Case test{"readout", model_of({17}, "tanh", "ntk", 0.0), 130, 5, 6};
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Tensor& readout = pair.network.tensors()[1];
    Kokkos::deep_copy(part_of(pair.theta, {readout.offset, readout.offset + readout.size()}), 0.0);
    pair.network.forward(pair.theta, pair.my_rows(pair.x), pair.tape);
    pair.network.prepare_kernel(pair.theta, pair.tape, test.samples, false, KernelForm::cheapest);
    const NtkOperator<double> ntk(pair.network, pair.theta, pair.tape, test.samples);
    const Spectrum few = largest_eigenvalues(ntk, {14, 1e-9});
    const Spectrum all = largest_eigenvalues(
        assemble_kernel<double>(pair.network, pair.theta, pair.tape), {780, 1e-12});
    ASSERT_TRUE(few.converged && all.converged);
    for (std::size_t i = 0; i < few.values.size(); ++i) {
      EXPECT_NEAR(few.values[i], all.values[i], 1e-9 * all.values[0]);
      EXPECT_NEAR(few.values[i], few.values[i / 6 * 6], 1e-9 * all.values[0]);
    }
    EXPECT_GT(few.values[5] - few.values[6], 1e-6 * all.values[0]);
    EXPECT_LT(all.values[17 * 6], 1e-12 * all.values[0]);
  }
}

TEST(AssembledChunks, TransfersMayBeCutAnywhere) {
  const Case test{"chunks", model_of({9, 7}, "tanh", "ntk", 0.3), 23, 6, 3};
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const HostMatrix<double> whole = assembled_of(pair);
    Communicator::set_chunk_limit(7);
    const HostMatrix<double> cut = assembled_of(pair);
    Communicator::set_chunk_limit(Index{1} << 30);
    EXPECT_LT(largest_difference(cut, whole), 1e-14);
  }
}

}  // namespace
}  // namespace catapult::testing
