#include "spectra/spectrum.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

constexpr Index small_size = 512;
constexpr Index block_size = 64;    // vectors multiplied at once
constexpr double rounding = 1e-12;  // relative residual that no solver needs to stay below

struct ShellContext {
  const SymmetricOperator* op;
  Index products = 0;
};

PetscErrorCode multiply(Mat shell, Vec x, Vec y) {
  ShellContext* context = nullptr;
  const double* from = nullptr;
  double* to = nullptr;
  petsc_check(MatShellGetContext(shell, &context), "MatShellGetContext");
  petsc_check(VecGetArrayRead(x, &from), "VecGetArrayRead");
  petsc_check(VecGetArray(y, &to), "VecGetArray");
  context->op->apply(from, to, 1);
  ++context->products;
  petsc_check(VecRestoreArray(y, &to), "VecRestoreArray");
  petsc_check(VecRestoreArrayRead(x, &from), "VecRestoreArrayRead");
  return 0;
}

OwnedMat shell_matrix(const SymmetricOperator& op, ShellContext& context) {
  const auto local = petsc_int(op.local_size(), "the length of a kernel vector on a rank");
  OwnedMat shell;
  petsc_check(MatCreateShell(op.ranks().get(), local, local, PETSC_DETERMINE, PETSC_DETERMINE,
                             &context, shell.put()),
              "MatCreateShell");
  petsc_check(
      MatShellSetOperation(shell.get(), MATOP_MULT, reinterpret_cast<void (*)(void)>(multiply)),
      "MatShellSetOperation");
  petsc_check(MatSetOption(shell.get(), MAT_SYMMETRIC, PETSC_TRUE), "MatSetOption");
  return shell;
}

Index size_of(const SymmetricOperator& op) {
  return static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
}

bool slepc_has(EPSType solver) {
  void (*create)(void) = nullptr;
  petsc_check(EPSInitializePackage(), "EPSInitializePackage");
  petsc_check(PetscFunctionListFind(EPSList, solver, &create), "PetscFunctionListFind");
  return create != nullptr;
}

/// Takes eigenvectors out of a solver, whose ranks may hold other parts of a vector than ours.
class Eigenvectors {
 public:
  Eigenvectors(EPS solver, const SymmetricOperator& op) : solver_(solver), local_(op.local_size()) {
    Mat matrix = nullptr;
    PetscInt first = 0;
    OwnedIs range;
    petsc_check(EPSGetOperators(solver, &matrix, nullptr), "EPSGetOperators");
    petsc_check(MatCreateVecs(matrix, theirs_.put(), nullptr), "MatCreateVecs");
    const auto size = static_cast<PetscInt>(local_);  // the matrix was made with it
    petsc_check(VecCreateMPI(op.ranks().get(), size, PETSC_DETERMINE, ours_.put()), "VecCreateMPI");
    petsc_check(VecGetOwnershipRange(ours_.get(), &first, nullptr), "VecGetOwnershipRange");
    petsc_check(ISCreateStride(op.ranks().get(), size, first, 1, range.put()), "ISCreateStride");
    petsc_check(
        VecScatterCreate(theirs_.get(), range.get(), ours_.get(), range.get(), scatter_.put()),
        "VecScatterCreate");
  }

  /// `count` vectors from number `first` on, one after another.
  std::vector<double> block(Index first, Index count) const {
    std::vector<double> vectors(static_cast<std::size_t>(count * local_));
    for (Index v = 0; v < count; ++v) {
      const double* from = nullptr;
      petsc_check(
          EPSGetEigenvector(solver_, static_cast<PetscInt>(first + v), theirs_.get(), nullptr),
          "EPSGetEigenvector");
      for (const auto move : {VecScatterBegin, VecScatterEnd}) {
        petsc_check(
            move(scatter_.get(), theirs_.get(), ours_.get(), INSERT_VALUES, SCATTER_FORWARD),
            "VecScatter");
      }
      petsc_check(VecGetArrayRead(ours_.get(), &from), "VecGetArrayRead");
      std::copy(from, from + local_, vectors.begin() + v * local_);
      petsc_check(VecRestoreArrayRead(ours_.get(), &from), "VecRestoreArrayRead");
    }
    return vectors;
  }

 private:
  EPS solver_;
  Index local_;
  OwnedVec theirs_, ours_;
  OwnedScatter scatter_;
};

/// What the solver found, its residuals measured anew by products with `op`.
Spectrum spectrum_of(EPS solver, const SymmetricOperator& op, const SpectrumRequest& request) {
  const Index local = op.local_size();
  PetscInt found = 0;
  petsc_check(EPSGetConverged(solver, &found), "EPSGetConverged");
  Spectrum spectrum;
  const Eigenvectors eigenvectors(solver, op);
  const Index count = std::min<Index>(found, request.count);
  if (request.vectors) spectrum.vectors = HostMatrix<double>("eigenvectors", local, count);
  for (Index begin = 0; begin < count; begin += block_size) {
    const Index block = std::min(block_size, count - begin);
    const std::vector<double> vectors = eigenvectors.block(begin, block);
    std::vector<double> products(vectors.size()), squares(static_cast<std::size_t>(block), 0.0);
    op.apply(vectors.data(), products.data(), block);
    for (Index v = 0; v < block; ++v) {
      double value = 0.0;
      petsc_check(EPSGetEigenvalue(solver, static_cast<PetscInt>(begin + v), &value, nullptr),
                  "EPSGetEigenvalue");
      spectrum.values.push_back(value);
      for (Index i = 0; i < local; ++i) {
        const auto at = static_cast<std::size_t>(v * local + i);
        squares[static_cast<std::size_t>(v)] += std::pow(products[at] - value * vectors[at], 2);
        if (request.vectors) spectrum.vectors(i, begin + v) = vectors[at];
      }
    }
    op.ranks().sum(squares.data(), block);
    for (const double square : squares) spectrum.residuals.push_back(std::sqrt(square));
  }
  if (count == 0) return spectrum;
  const double largest = *std::max_element(spectrum.residuals.begin(), spectrum.residuals.end());
  spectrum.residual = largest > 0.0 ? largest / std::abs(spectrum.values[0]) : 0.0;
  spectrum.converged =
      count == request.count && spectrum.residual <= std::max(request.tolerance, rounding);
  return spectrum;
}

Spectrum solve(Mat matrix, EPSType type, const SymmetricOperator& op,
               const SpectrumRequest& request) {
  OwnedEps solver;
  petsc_check(EPSCreate(op.ranks().get(), solver.put()), "EPSCreate");
  petsc_check(EPSSetOperators(solver.get(), matrix, nullptr), "EPSSetOperators");
  petsc_check(EPSSetProblemType(solver.get(), EPS_HEP), "EPSSetProblemType");
  petsc_check(EPSSetWhichEigenpairs(solver.get(), EPS_LARGEST_REAL), "EPSSetWhichEigenpairs");
  petsc_check(EPSSetType(solver.get(), type), "EPSSetType");
  petsc_check(EPSSetDimensions(solver.get(), petsc_int(request.count, "eigenvalues asked for"),
                               PETSC_DEFAULT, PETSC_DEFAULT),
              "EPSSetDimensions");
  petsc_check(EPSSetTolerances(solver.get(), request.tolerance, PETSC_DEFAULT), "EPSSetTolerances");
  petsc_check(EPSSetFromOptions(solver.get()), "EPSSetFromOptions");
  petsc_check(EPSSolve(solver.get()), "EPSSolve");
  Spectrum spectrum = spectrum_of(solver.get(), op, request);
  EPSType used = nullptr;
  petsc_check(EPSGetType(solver.get(), &used), "EPSGetType");
  const std::string name = used;
  spectrum.solver = name == EPSKRYLOVSCHUR ? "Krylov-Schur"
                    : name == EPSSCALAPACK ? "ScaLAPACK"
                    : name == EPSLAPACK    ? "LAPACK"
                                           : name;
  return spectrum;
}

Spectrum by_krylov(const SymmetricOperator& op, const SpectrumRequest& request) {
  ShellContext context{&op};
  const OwnedMat shell = shell_matrix(op, context);
  Spectrum spectrum = solve(shell.get(), EPSKRYLOVSCHUR, op, request);
  spectrum.products = context.products + static_cast<Index>(spectrum.values.size());
  return spectrum;
}

Spectrum by_dense_solver(const MatrixOperator& kernel, const SpectrumRequest& request) {
  // A small kernel is solved on every rank; PETSc's layout for ScaLAPACK wants rows for all.
  const Index ranks = kernel.ranks().size(), size = size_of(kernel);
  const bool small = size <= small_size || size < ranks * ranks;
  if (ranks == 1 || small || !slepc_has(EPSSCALAPACK)) {
    return solve(kernel.matrix(), EPSLAPACK, kernel, request);
  }
  OwnedMat cyclic;  // ScaLAPACK's layout; SLEPc's own conversion loses the matrix
  petsc_check(MatConvert(kernel.matrix(), MATSCALAPACK, MAT_INITIAL_MATRIX, cyclic.put()),
              "MatConvert");
  return solve(cyclic.get(), EPSSCALAPACK, kernel, request);
}

}  // namespace

bool whole_is_cheaper(Index size, Index count) {
  const Index basis = std::max(2 * count, count + 15);  // SLEPc's own choice
  return size <= small_size || 2 * basis >= size;
}

Spectrum largest_eigenvalues(const SymmetricOperator& op, const SpectrumRequest& request) {
  const Index size = size_of(op);
  SpectrumRequest possible = request;
  possible.count = std::min(request.count, size);
  if (!whole_is_cheaper(size, possible.count)) return by_krylov(op, possible);
  Spectrum spectrum = by_dense_solver(matrix_of(op), possible);
  spectrum.products = size;
  return spectrum;
}

Spectrum largest_eigenvalues(const MatrixOperator& kernel, const SpectrumRequest& request) {
  const Index size = size_of(kernel);
  SpectrumRequest possible = request;
  possible.count = std::min(request.count, size);
  return whole_is_cheaper(size, possible.count) ? by_dense_solver(kernel, possible)
                                                : by_krylov(kernel, possible);
}

}  // namespace catapult
