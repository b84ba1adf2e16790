#include "spectra/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/random.hpp"

namespace catapult {
namespace {

constexpr Index small_size = 512;
constexpr Index block_size = 64;                     // vectors multiplied at once
constexpr const char* options_prefix = "catapult_";  // of solvers in PETSC_OPTIONS
constexpr std::uint32_t start_stream = 0x5ec7a000;   // of the random start vectors
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

/// Whether there are `count` values, each known well enough.
void judge(Spectrum& spectrum, Index count, double tolerance) {
  if (spectrum.values.empty()) return;
  const double largest = *std::max_element(spectrum.residuals.begin(), spectrum.residuals.end());
  spectrum.residual = largest > 0.0 ? largest / std::abs(spectrum.values[0]) : 0.0;
  spectrum.converged = static_cast<Index>(spectrum.values.size()) == count &&
                       spectrum.residual <= std::max(tolerance, rounding);
}

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
  judge(spectrum, request.count, request.tolerance);
  return spectrum;
}

/// The eigenvectors of `known`, to be left out of a search.
void deflate(EPS solver, const SymmetricOperator& op, const Spectrum& known) {
  const auto count = static_cast<Index>(known.values.size());
  std::vector<OwnedVec> owned(static_cast<std::size_t>(count));
  std::vector<Vec> space;
  for (Index v = 0; v < count; ++v) {
    OwnedVec& vector = owned[static_cast<std::size_t>(v)];
    double* elements = nullptr;
    petsc_check(VecCreateMPI(op.ranks().get(), static_cast<PetscInt>(op.local_size()),
                             PETSC_DETERMINE, vector.put()),
                "VecCreateMPI");
    petsc_check(VecGetArray(vector.get(), &elements), "VecGetArray");
    for (Index i = 0; i < op.local_size(); ++i) elements[i] = known.vectors(i, v);
    petsc_check(VecRestoreArray(vector.get(), &elements), "VecRestoreArray");
    space.push_back(vector.get());
  }
  petsc_check(EPSSetDeflationSpace(solver, static_cast<PetscInt>(count), space.data()),
              "EPSSetDeflationSpace");
}

/// A fresh direction, the same on any number of ranks.
void start_from_random(EPS solver, const SymmetricOperator& op, std::uint32_t round) {
  OwnedVec start;
  PetscInt begin = 0;
  double* elements = nullptr;
  petsc_check(VecCreateMPI(op.ranks().get(), static_cast<PetscInt>(op.local_size()),
                           PETSC_DETERMINE, start.put()),
              "VecCreateMPI");
  petsc_check(VecGetOwnershipRange(start.get(), &begin, nullptr), "VecGetOwnershipRange");
  petsc_check(VecGetArray(start.get(), &elements), "VecGetArray");
  const RandomStream random(round, start_stream);
  for (Index i = 0; i < op.local_size(); ++i) elements[i] = random.normal(begin + i, 0);
  petsc_check(VecRestoreArray(start.get(), &elements), "VecRestoreArray");
  Vec vector = start.get();
  petsc_check(EPSSetInitialSpace(solver, 1, &vector), "EPSSetInitialSpace");
}

/// Largest eigenvalues of `matrix`, which is `op`, apart from those of `known`.
Spectrum solve(Mat matrix, EPSType type, const SymmetricOperator& op,
               const SpectrumRequest& request, const Spectrum& known = {}) {
  OwnedEps solver;
  petsc_check(EPSCreate(op.ranks().get(), solver.put()), "EPSCreate");
  petsc_check(EPSSetOperators(solver.get(), matrix, nullptr), "EPSSetOperators");
  petsc_check(EPSSetProblemType(solver.get(), EPS_HEP), "EPSSetProblemType");
  petsc_check(EPSSetWhichEigenpairs(solver.get(), EPS_LARGEST_REAL), "EPSSetWhichEigenpairs");
  petsc_check(EPSSetType(solver.get(), type), "EPSSetType");
  petsc_check(EPSSetDimensions(solver.get(), petsc_int(request.count, "eigenvalues asked for"),
                               PETSC_DEFAULT, PETSC_DEFAULT),
              "EPSSetDimensions");
  const bool more = !known.values.empty();
  // What is left may be zero, to which no error is relative.
  const double unit = more ? std::abs(known.values.front()) : 1.0;
  petsc_check(EPSSetConvergenceTest(solver.get(), more ? EPS_CONV_ABS : EPS_CONV_REL),
              "EPSSetConvergenceTest");
  petsc_check(EPSSetTolerances(solver.get(), unit * request.tolerance, PETSC_DEFAULT),
              "EPSSetTolerances");
  if (more) deflate(solver.get(), op, known);
  if (std::string(type) == EPSKRYLOVSCHUR) {
    start_from_random(solver.get(), op, static_cast<std::uint32_t>(known.values.size()));
  }
  petsc_check(EPSSetOptionsPrefix(solver.get(), options_prefix), "EPSSetOptionsPrefix");
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

/// The `count` largest pairs of both, with their vectors.
Spectrum best_of(const Spectrum& a, const Spectrum& b, Index count, double tolerance) {
  std::vector<std::pair<const Spectrum*, Index>> pairs;
  for (const Spectrum* from : {&a, &b}) {
    for (std::size_t i = 0; i < from->values.size(); ++i) pairs.emplace_back(from, i);
  }
  const auto value_of = [](const auto& pair) {
    return pair.first->values[static_cast<std::size_t>(pair.second)];
  };
  std::stable_sort(pairs.begin(), pairs.end(),
                   [&](const auto& x, const auto& y) { return value_of(x) > value_of(y); });
  pairs.resize(std::min(pairs.size(), static_cast<std::size_t>(count)));
  Spectrum best;
  best.solver = b.solver;
  best.vectors = HostMatrix<double>("eigenvectors", b.vectors.extent(0), pairs.size());
  for (std::size_t v = 0; v < pairs.size(); ++v) {
    const auto& [from, at] = pairs[v];
    best.values.push_back(value_of(pairs[v]));
    best.residuals.push_back(from->residuals[static_cast<std::size_t>(at)]);
    for (std::size_t i = 0; i < best.vectors.extent(0); ++i) {
      best.vectors(i, v) = from->vectors(i, at);
    }
  }
  judge(best, count, tolerance);
  return best;
}

/// A Krylov space of one start vector sees one copy of a multiple eigenvalue. So what was found is
/// deflated and the search begins again from another direction, until nothing larger than the
/// smallest value kept turns up.
Spectrum by_krylov(const SymmetricOperator& op, const SpectrumRequest& request) {
  ShellContext context{&op};
  const OwnedMat shell = shell_matrix(op, context);
  SpectrumRequest ask{request.count, request.tolerance, /*vectors=*/true};
  Spectrum all;
  Index checked = 0;  // products by which residuals were measured
  for (;;) {
    const Spectrum more = solve(shell.get(), EPSKRYLOVSCHUR, op, ask, all);
    checked += static_cast<Index>(more.values.size());
    const bool full = static_cast<Index>(all.values.size()) == request.count;
    const double least = full ? all.values.back() + request.tolerance * all.values.front() : 0.0;
    if (more.values.empty() || (full && more.values.front() <= least)) {
      if (!more.converged) all.converged = false;
      break;
    }
    ask.count = all.values.empty() ? 1 : std::min(request.count, 2 * ask.count);
    all = best_of(all, more, request.count, request.tolerance);
  }
  all.products = context.products + checked;
  if (!request.vectors) all.vectors = {};
  return all;
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

/// A product that is not finite says that none is; no solver shall see it.
bool has_finite_products(const SymmetricOperator& op) {
  std::vector<double> x(static_cast<std::size_t>(op.local_size()), 1.0), y(x.size());
  op.apply(x.data(), y.data(), 1);
  const bool finite = std::all_of(y.begin(), y.end(), [](double v) { return std::isfinite(v); });
  return op.ranks().max(finite ? 0.0 : 1.0) == 0.0;
}

Spectrum not_finite(const SpectrumRequest& request) {
  Spectrum spectrum;
  spectrum.values.assign(static_cast<std::size_t>(request.count), NAN);
  spectrum.residuals = spectrum.values;
  spectrum.residual = NAN;
  spectrum.products = 1;
  return spectrum;
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
  if (!has_finite_products(op)) return not_finite(possible);
  if (!whole_is_cheaper(size, possible.count)) return by_krylov(op, possible);
  Spectrum spectrum = by_dense_solver(matrix_of(op), possible);
  spectrum.products = size;
  return spectrum;
}

Spectrum largest_eigenvalues(const MatrixOperator& matrix, const SpectrumRequest& request) {
  const Index size = size_of(matrix);
  SpectrumRequest possible = request;
  possible.count = std::min(request.count, size);
  if (!has_finite_products(matrix)) return not_finite(possible);
  return whole_is_cheaper(size, possible.count) ? by_dense_solver(matrix, possible)
                                                : by_krylov(matrix, possible);
}

}  // namespace catapult
