// Eigenvalues of operators whose spectrum is known, by every solver.
#include "spectra/spectrum.hpp"

#include <slepceps.h>

#include <cmath>
#include <limits>

#include "harness/sanitizers.hpp"
#include "spectra/eps_solver.hpp"
#include "spectra/spectra.hpp"

namespace catapult::testing {
namespace {

/// Values against what is known, the residuals against products with the vectors themselves.
void expect_known(const Spectrum& spectrum, const SymmetricOperator<double>& op,
                  const std::vector<double>& known, double tolerance) {
  ASSERT_EQ(spectrum.values.size(), known.size()) << spectrum.solver;
  EXPECT_TRUE(spectrum.converged) << spectrum.solver;
  const double unit = std::abs(known.front());
  for (std::size_t i = 0; i < known.size(); ++i) {
    EXPECT_NEAR(spectrum.values[i], known[i], tolerance * unit) << spectrum.solver << ' ' << i;
    EXPECT_LE(spectrum.residuals[i], tolerance * unit) << spectrum.solver << ' ' << i;
  }
  if (spectrum.vectors.extent(1) == 0) return;
  const auto count = static_cast<Index>(known.size());
  for (Index a = 0; a < count; ++a) {
    const auto at = static_cast<std::size_t>(a);
    std::vector<double> vector(static_cast<std::size_t>(op.local_size()));
    for (std::size_t i = 0; i < vector.size(); ++i) vector[i] = spectrum.vectors(i, a);
    const std::vector<double> product = product_of(op, vector, op.local_size());
    double square = 0.0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      const double rest = product[i] - spectrum.values[at] * vector[i];
      square += unit > 0.0 ? std::pow(rest / unit, 2) : rest * rest;
    }
    const double residual = std::sqrt(op.ranks().sum(square)) * (unit > 0.0 ? unit : 1.0);
    EXPECT_NEAR(residual, spectrum.residuals[at], 1e-13 * unit) << a;
    for (Index b = 0; b <= a; ++b) {
      double dot = 0.0;
      for (std::size_t i = 0; i < vector.size(); ++i) dot += vector[i] * spectrum.vectors(i, b);
      EXPECT_NEAR(op.ranks().sum(dot), a == b ? 1.0 : 0.0, 1e-7) << a << ", " << b;
    }
  }
}

class SpectrumOf : public ::testing::TestWithParam<KnownSpectrum> {
 protected:
  /// A message or two a product, thousands of products.
  static bool takes_long(const Reflected& op) { return op.size() > 100 && op.ranks().size() > 2; }
  static std::vector<double> known(const Reflected& op, Index count) {
    return op.eigenvalues(std::min(count, op.size()));
  }
};

TEST_P(SpectrumOf, LargestEigenvaluesAreKnown) {
  const Reflected op = GetParam().op();
  const Index count = GetParam().count;
  expect_known(largest_eigenvalues(op, {count, 1e-9, /*vectors=*/true}), op, known(op, count),
               1e-8);
}

TEST_P(SpectrumOf, OfItsMatrixIsTheSame) {
  const Reflected op = GetParam().op();
  const Index count = GetParam().count;
  const MatrixOperator matrix = matrix_of(op);
  expect_known(largest_eigenvalues(matrix, {count, 1e-9}), matrix, known(op, count), 1e-8);
}

TEST_P(SpectrumOf, WholeComesFromADenseSolver) {
  const Reflected op = GetParam().op();
  const Spectrum all = largest_eigenvalues(op, {op.size(), 1e-12});
  expect_known(all, op, op.eigenvalues(op.size()), 1e-12);
  const bool spread = op.ranks().size() > 1 && op.size() > 512 && slepc_has(EPSSCALAPACK);
  EXPECT_EQ(all.solver, spread ? "ScaLAPACK" : "LAPACK");
}

TEST_P(SpectrumOf, IsTheSameByASolverThatOptionsName) {
  const Reflected op = GetParam().op();
  if (takes_long(op)) GTEST_SKIP() << "has been tested on fewer ranks";
  const Index count = GetParam().count;
  for (const auto& [type, name] : {std::pair{EPSARNOLDI, "arnoldi"}, {EPSLAPACK, "LAPACK"}}) {
    const PetscOption option("-catapult_eps_type", type);
    const Spectrum spectrum = largest_eigenvalues(op, {count, 1e-8});
    EXPECT_EQ(spectrum.solver, name);
    expect_known(spectrum, op, known(op, count), 1e-7);
  }
}

TEST_P(SpectrumOf, IsRightOrRefusedByAnyOtherSolver) {
  const Reflected op = GetParam().op();
  if (takes_long(op)) GTEST_SKIP() << "has been tested on fewer ranks";
  const Index count = GetParam().count;
  for (const char* type : {EPSLANCZOS, EPSLOBPCG, EPSPOWER, EPSSUBSPACE}) {
    const PetscOption option("-catapult_eps_type", type), limit("-catapult_eps_max_it", "50");
    const LeaksOfOthers leaks;  // SLEPc drops what it holds where it fails
    try {
      const Spectrum spectrum = largest_eigenvalues(op, {count, 1e-8});
      if (spectrum.converged) expect_known(spectrum, op, known(op, count), 1e-7);
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(type), std::string::npos) << error.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Known, SpectrumOf, ::testing::ValuesIn(known_spectra()),
                         [](const auto& info) { return info.param.name; });

TEST(Spectrum, OfALinearModelWithClassesHasEveryCopy) {
  // `count` cuts a cluster, ends one, and goes beyond the rank of the kernel.
  for (const Index count : {7, 30, 45}) {
    const GramOfClasses op(120, 4, 10);
    expect_known(largest_eigenvalues(op, {count, 1e-9, /*vectors=*/true}), op,
                 op.eigenvalues(count), 1e-8);
  }
}

TEST(Spectrum, FewOfALargeOperatorComeFromKrylovSchur) {
  const Reflected op(decay(600, 1, 600));
  const Spectrum spectrum = largest_eigenvalues(op, {3, 1e-10});
  EXPECT_EQ(spectrum.solver, "Krylov-Schur");
  EXPECT_GT(spectrum.products, 0);
}

TEST(SolverOptions, ReachTheSolverUnderOurPrefixOnly) {
  const Reflected large(decay(600, 1, 600)), small(decay(50, 1, 50));
  const PetscOption type("-eps_type", EPSPOWER), wanted("-eps_smallest_real", "");
  const PetscOption most("-eps_max_it", "1");
  EXPECT_EQ(largest_eigenvalues(large, {2, 1e-9}).solver, "Krylov-Schur");
  EXPECT_NEAR(largest_eigenvalues(large, {2, 1e-9}).values.at(0), 1.0, 1e-8);
  EXPECT_EQ(largest_eigenvalues(small, {2, 1e-9}).solver, "LAPACK");

  const PetscOption ours("-catapult_eps_type", EPSARNOLDI);
  EXPECT_EQ(largest_eigenvalues(large, {2, 1e-9}).solver, EPSARNOLDI);
  EXPECT_EQ(largest_eigenvalues(small, {2, 1e-9}).solver, EPSARNOLDI);
  const PetscOption few("-catapult_eps_max_it", "1"), narrow("-catapult_eps_ncv", "3");
  EXPECT_FALSE(largest_eigenvalues(large, {2, 1e-9}).converged);
}

TEST(Spectrum, OfAnOperatorThatIsNotFiniteIsNotANumber) {
  class Broken final : public HostOperator {
   public:
    const Communicator& ranks() const override { return world_; }
    Index local_size() const override { return 700; }
    void multiply(const double*, double* y, Index vectors) const override {
      std::fill_n(y, vectors * 700, 0.0);
      if (world_.is_root()) y[3] = std::numeric_limits<double>::quiet_NaN();
    }

   private:
    Communicator world_{MPI_COMM_WORLD};
  };
  const Spectrum spectrum = largest_eigenvalues(Broken(), {4, 1e-6});
  EXPECT_FALSE(spectrum.converged);
  EXPECT_TRUE(std::isnan(spectrum.values.at(0)));
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
