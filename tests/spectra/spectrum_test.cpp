// Eigenvalues of matrices whose spectrum is known, by every solver.
#include "spectra/spectrum.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "linalg/symmetric_eigen.hpp"
#include "spectra/matrices.hpp"

namespace catapult::testing {
namespace {

bool has_scalapack() {
  void (*create)(void) = nullptr;
  EPSInitializePackage();
  PetscFunctionListFind(EPSList, EPSSCALAPACK, &create);
  return create != nullptr;
}

/// Symmetric positive definite, element (i, j) a formula, so that every rank knows it.
class Known final : public SymmetricOperator {
 public:
  explicit Known(Index size) : size_(size), mine_(block_of(size, world_.size(), world_.rank())) {}

  const Communicator& ranks() const override { return world_; }
  Index local_size() const override { return mine_.size(); }
  void apply(const double* x, double* y, Index vectors) const override {
    const auto counts = counts_of(world_, mine_.size());
    std::vector<double> whole(static_cast<std::size_t>(size_));
    for (Index v = 0; v < vectors; ++v) {
      world_.all_gather(x + v * mine_.size(), whole.data(), counts);
      for (Index i = mine_.begin; i < mine_.end; ++i) {
        double sum = 0.0;
        for (Index j = std::max<Index>(0, i - 9); j < std::min(size_, i + 10); ++j) {
          sum += element(i, j) * whole[static_cast<std::size_t>(j)];  // nothing is left beyond
        }
        y[v * mine_.size() + i - mine_.begin] = sum;
      }
    }
  }

  static double element(Index i, Index j) {
    const double x = static_cast<double>(i), y = static_cast<double>(j);
    return std::exp(-0.5 * (x - y) * (x - y)) / ((1.0 + 0.1 * x) * (1.0 + 0.1 * y));
  }
  std::vector<double> eigenvalues() const {
    std::vector<double> matrix;
    for (Index i = 0; i < size_; ++i) {
      for (Index j = 0; j < size_; ++j) matrix.push_back(element(i, j));
    }
    return symmetric_eigen(matrix, size_);
  }

 private:
  Communicator world_{MPI_COMM_WORLD};
  Index size_;
  Block mine_;
};

double largest_error(const std::vector<double>& values, const std::vector<double>& expected,
                     Index count) {
  EXPECT_EQ(static_cast<Index>(values.size()), count);
  double largest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    largest = std::max(largest, std::abs(values[i] - expected[i]));
  }
  return largest;
}

TEST(Spectrum, WholeIsLapacksByTheDistributedSolverWhereThereIsOne) {
  for (const Index size : {1, 2, 5, 83, 523}) {
    const Known op(size);
    const Spectrum spectrum = largest_eigenvalues(op, {size, 1e-12});
    EXPECT_LT(largest_error(spectrum.values, op.eigenvalues(), size), 1e-12);
    EXPECT_TRUE(spectrum.converged);
    EXPECT_LT(spectrum.residual, 1e-13);
    const bool spread = op.ranks().size() > 1 && size > 512 && has_scalapack();
    EXPECT_EQ(spectrum.solver, spread ? "ScaLAPACK" : "LAPACK");
  }
}

TEST(Spectrum, FewOfALargeMatrixComeFromKrylovSchur) {
  const Known op(600);
  const Spectrum spectrum = largest_eigenvalues(op, {3, 1e-10});
  EXPECT_EQ(spectrum.solver, "Krylov-Schur");
  EXPECT_LT(largest_error(spectrum.values, op.eigenvalues(), 3), 1e-9);
  EXPECT_GT(spectrum.products, 0);
}

TEST(Spectrum, EigenvectorsAreOrthonormalAndHaveTheResidualThatIsTold) {
  const Index size = 37;
  const Known op(size);
  const Spectrum spectrum = largest_eigenvalues(op, {size, 1e-12, true});
  for (Index a = 0; a < size; ++a) {
    std::vector<double> vector(static_cast<std::size_t>(op.local_size())), product(vector.size());
    for (Index i = 0; i < op.local_size(); ++i) {
      vector[static_cast<std::size_t>(i)] = spectrum.vectors(i, a);
    }
    op.apply(vector.data(), product.data(), 1);
    double square = 0.0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
      square += std::pow(product[i] - spectrum.values[static_cast<std::size_t>(a)] * vector[i], 2);
    }
    EXPECT_NEAR(std::sqrt(op.ranks().sum(square)), spectrum.residuals[static_cast<std::size_t>(a)],
                1e-13);
    for (Index b = 0; b <= a; ++b) {
      double dot = 0.0;
      for (Index i = 0; i < op.local_size(); ++i) {
        dot += spectrum.vectors(i, a) * spectrum.vectors(i, b);
      }
      EXPECT_NEAR(op.ranks().sum(dot), a == b ? 1.0 : 0.0, 1e-11);
    }
  }
}

/// Diagonal: each of the values 1, 1/2, 1/3, ... `copies` times, then zeros.
class Multiple final : public SymmetricOperator {
 public:
  Multiple(Index size, Index copies, Index distinct)
      : copies_(copies), distinct_(distinct), mine_(block_of(size, world_.size(), world_.rank())) {}

  const Communicator& ranks() const override { return world_; }
  Index local_size() const override { return mine_.size(); }
  double value(Index i) const {
    return i < copies_ * distinct_ ? 1.0 / static_cast<double>(1 + i / copies_) : 0.0;
  }
  void apply(const double* x, double* y, Index vectors) const override {
    for (Index i = 0; i < vectors * mine_.size(); ++i) {
      y[i] = value(mine_.begin + i % mine_.size()) * x[i];
    }
  }

 private:
  Communicator world_{MPI_COMM_WORLD};
  Index copies_, distinct_;
  Block mine_;
};

TEST(Spectrum, HasEveryCopyOfAMultipleEigenvalue) {
  // `count` cuts a cluster, ends one, and goes beyond the rank of the operator.
  for (const auto& [copies, distinct, count] :
       {std::array<Index, 3>{10, 12, 12}, {10, 12, 30}, {3, 4, 20}, {1, 40, 8}}) {
    const Multiple op(1200, copies, distinct);
    const Spectrum spectrum = largest_eigenvalues(op, {count, 1e-9});
    ASSERT_EQ(spectrum.values.size(), static_cast<std::size_t>(count));
    EXPECT_TRUE(spectrum.converged);
    for (Index i = 0; i < count; ++i) {
      EXPECT_NEAR(spectrum.values[static_cast<std::size_t>(i)], op.value(i), 1e-8) << count;
    }
  }
}

TEST(Spectrum, OfAnOperatorThatIsNotFiniteIsNotANumber) {
  class Broken final : public SymmetricOperator {
   public:
    const Communicator& ranks() const override { return world_; }
    Index local_size() const override { return 700; }
    void apply(const double*, double* y, Index vectors) const override {
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

TEST(Spectrum, TooManyAskedForAreAllThereAre) {
  const Known op(6);
  const Spectrum spectrum = largest_eigenvalues(op, {50, 1e-10});
  EXPECT_EQ(spectrum.values.size(), 6u);
  EXPECT_TRUE(spectrum.converged);
}

}  // namespace
}  // namespace catapult::testing
