// The assembled kernel against the matrix-free one, on every grid of ranks.
#include "curvature/assembled.hpp"

#include "curvature/ntk.hpp"
#include "spectra/matrices.hpp"

namespace catapult::testing {
namespace {

class Assembled : public ::testing::TestWithParam<Case> {};

/// Several tiles a rank and in both directions, uneven on any grid.
Case many_samples() { return {"many_samples", model_of({9, 7}, "relu", "ntk", 0.2), 141, 6, 3}; }

std::vector<Case> kernel_cases() {
  std::vector<Case> all = cases();
  std::erase_if(all, [](const Case& test) { return std::string(test.name) == "wide"; });  // slow
  all.push_back(many_samples());
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
    pair.network.prepare_kernel(pair.tape, GetParam().samples, false, KernelForm::cheapest);
    const NtkOperator<double> ntk(pair.network, pair.theta, pair.tape, GetParam().samples);
    EXPECT_LT(largest_difference(assembled, matrix_by_products(ntk, ntk.ranks(), ntk.local_size(),
                                                               ntk.local_size())),
              1e-11);
  }
}

TEST_P(Assembled, IsSymmetricToTheLastBit) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const HostMatrix<double> kernel = assembled_of(pair);
    for (Index i = 0; i < static_cast<Index>(kernel.extent(0)); ++i) {
      for (Index j = 0; j < i; ++j) EXPECT_EQ(kernel(i, j), kernel(j, i)) << i << ", " << j;
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
    Tape<double> rows = pair.network.make_tape(mine.size());
    pair.network.forward(pair.theta, my_x, rows);
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
      unit.data()[column] = 1.0;
      const Vector<double> gradient("gradient", pair.whole.parameters());
      const Matrix<double> expected("expected", others, test.outputs);
      pair.whole.pullback(pair.whole_theta, pair.whole_tape, unit, {gradient, scale, 0.0});
      pair.whole.pushforward(pair.whole_theta, all_rows, gradient, expected);
      for (Index row = 0; row < others * test.outputs; ++row) {
        ASSERT_NEAR(got(column, row), expected.data()[row], 1e-11);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Assembled, ::testing::ValuesIn(kernel_cases()),
                         [](const auto& info) { return info.param.name; });

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

TEST(SpreadMatrix, TooLargeForPetscIsRefusedWithTheNameOfThePackage) {
  if (sizeof(PetscInt) > 4) GTEST_SKIP() << "PETSc counts with 64 bits";
  const Communicator world(MPI_COMM_WORLD);
  try {
    SpreadMatrix(world, 100000, 100000);
    FAIL() << "a matrix of 10^10 elements was accepted";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("libpetsc64-real-dev"), std::string::npos);
  }
}

}  // namespace
}  // namespace catapult::testing
