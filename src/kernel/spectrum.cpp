#include "kernel/spectrum.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/petsc_objects.hpp"

namespace catapult {
namespace {

constexpr Index small_size = 512;

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
  const auto local = narrow<PetscInt>(op.local_size(), "the length of a kernel vector on a rank");
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

}  // namespace

Spectrum largest_eigenvalues(const SymmetricOperator& op, Index count, double tolerance) {
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  count = std::min(count, size);
  ShellContext context{&op};
  const OwnedMat matrix = shell_matrix(op, context);
  OwnedEps solver;
  petsc_check(EPSCreate(op.ranks().get(), solver.put()), "EPSCreate");
  petsc_check(EPSSetOperators(solver.get(), matrix.get(), nullptr), "EPSSetOperators");
  petsc_check(EPSSetProblemType(solver.get(), EPS_HEP), "EPSSetProblemType");
  petsc_check(EPSSetWhichEigenpairs(solver.get(), EPS_LARGEST_REAL), "EPSSetWhichEigenpairs");
  // A Krylov space of one start vector sees one copy of a multiple eigenvalue: small kernels and
  // large parts of a spectrum are solved whole.
  const Index basis = std::max(2 * count, count + 15);  // SLEPc's own choice
  const bool whole = size <= small_size || 2 * basis >= size;
  petsc_check(EPSSetType(solver.get(), whole ? EPSLAPACK : EPSKRYLOVSCHUR), "EPSSetType");
  petsc_check(EPSSetDimensions(solver.get(), narrow<PetscInt>(count, "eigenvalues asked for"),
                               PETSC_DEFAULT, PETSC_DEFAULT),
              "EPSSetDimensions");
  petsc_check(EPSSetTolerances(solver.get(), tolerance, PETSC_DEFAULT), "EPSSetTolerances");
  petsc_check(EPSSetFromOptions(solver.get()), "EPSSetFromOptions");
  petsc_check(EPSSolve(solver.get()), "EPSSolve");

  PetscInt found = 0;
  petsc_check(EPSGetConverged(solver.get(), &found), "EPSGetConverged");
  Spectrum spectrum;
  spectrum.converged = found >= count;
  for (PetscInt i = 0; i < std::min<PetscInt>(found, static_cast<PetscInt>(count)); ++i) {
    double value = 0.0, residual = 0.0;
    petsc_check(EPSGetEigenvalue(solver.get(), i, &value, nullptr), "EPSGetEigenvalue");
    petsc_check(EPSGetErrorEstimate(solver.get(), i, &residual), "EPSGetErrorEstimate");
    spectrum.values.push_back(value);
    if (std::isfinite(residual)) spectrum.residual = std::max(spectrum.residual, residual);
  }
  spectrum.products = context.products;
  return spectrum;
}

}  // namespace catapult
