#include "spectra/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "spectra/eps_solver.hpp"

namespace catapult {
namespace {

constexpr Index small_size = 512;

struct ShellContext {
  const SymmetricOperator<double>* op;
  HostProducts<double> multiply = {};
  Index products = 0;
};

PetscErrorCode multiply(Mat shell, Vec x, Vec y) {
  ShellContext* context = nullptr;
  const double* from = nullptr;
  double* to = nullptr;
  petsc_check(MatShellGetContext(shell, &context), "MatShellGetContext");
  petsc_check(VecGetArrayRead(x, &from), "VecGetArrayRead");
  petsc_check(VecGetArray(y, &to), "VecGetArray");
  context->multiply.apply(*context->op, from, to, 1);
  ++context->products;
  petsc_check(VecRestoreArray(y, &to), "VecRestoreArray");
  petsc_check(VecRestoreArrayRead(x, &from), "VecRestoreArrayRead");
  return 0;
}

OwnedMat shell_matrix(const SymmetricOperator<double>& op, ShellContext& context) {
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

Index size_of(const SymmetricOperator<double>& op) {
  return static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
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

/// Whether what was found was known, though it was to be left out.
bool repeats(const Spectrum& found, const Spectrum& known, const Communicator& ranks) {
  if (found.values.empty() || known.values.empty()) return false;
  const auto count = static_cast<Index>(known.values.size());
  std::vector<double> dots(known.values.size(), 0.0);
  for (std::size_t i = 0; i < known.vectors.extent(0); ++i) {
    for (std::size_t v = 0; v < dots.size(); ++v) {
      dots[v] += found.vectors(i, 0) * known.vectors(i, v);
    }
  }
  ranks.sum(dots.data(), count);
  return std::inner_product(dots.begin(), dots.end(), dots.begin(), 0.0) > 0.5;
}

/// A Krylov space of one start vector sees one copy of a multiple eigenvalue. So what was found is
/// deflated and the search begins again from another direction, until nothing larger than the
/// smallest value kept turns up. `matrix` is `op`.
Spectrum every_copy(Mat matrix, const SymmetricOperator<double>& op,
                    const SpectrumRequest& request) {
  SpectrumRequest ask{request.count, request.tolerance, /*vectors=*/true};
  Spectrum all;
  Index checked = 0;  // products by which residuals were measured
  const Index size = size_of(op);
  while (static_cast<Index>(all.values.size()) < size) {
    ask.count = std::min(ask.count, size - static_cast<Index>(all.values.size()));
    const Spectrum more = solve_eps(matrix, EPSKRYLOVSCHUR, op, ask, all);
    checked += static_cast<Index>(more.values.size());
    if (repeats(more, all, op.ranks())) break;  // a dense solver: it has found every copy at once
    const bool full = static_cast<Index>(all.values.size()) == request.count;
    const double unit = all.values.empty() ? 0.0 : std::abs(all.values.front());
    const double least = full ? all.values.back() + request.tolerance * unit : 0.0;
    if (more.values.empty() || (full && more.values.front() <= least)) {
      const double bound = std::max(request.tolerance, least_residual) * unit;
      const bool vouched = !more.values.empty() && more.residuals.front() <= bound;
      all.converged = all.converged && vouched;
      break;
    }
    ask.count = all.values.empty() ? 1 : std::min(request.count, 2 * ask.count);
    all = best_of(all, more, request.count, request.tolerance);
  }
  all.products = checked;
  if (!request.vectors) all.vectors = {};
  return all;
}

Spectrum by_krylov(const SymmetricOperator<double>& op, const SpectrumRequest& request) {
  ShellContext context{&op};
  const OwnedMat shell = shell_matrix(op, context);
  Spectrum spectrum = every_copy(shell.get(), op, request);
  spectrum.products += context.products;
  return spectrum;
}

Spectrum by_dense_solver(const MatrixOperator& kernel, const SpectrumRequest& request) {
  // A small kernel is solved on every rank; PETSc's layout for ScaLAPACK wants rows for all.
  const Index ranks = kernel.ranks().size(), size = size_of(kernel);
  const bool small = size <= small_size || size < ranks * ranks;
  if (ranks == 1 || small || !slepc_has(EPSSCALAPACK)) {
    Spectrum spectrum = solve_eps(kernel.matrix().petsc(), EPSLAPACK, kernel, request);
    // Options may have named another one.
    return spectrum.solver == "LAPACK" ? spectrum
                                       : every_copy(kernel.matrix().petsc(), kernel, request);
  }
  OwnedMat cyclic;  // ScaLAPACK's layout; SLEPc's own conversion loses the matrix
  petsc_check(MatConvert(kernel.matrix().petsc(), MATSCALAPACK, MAT_INITIAL_MATRIX, cyclic.put()),
              "MatConvert");
  return solve_eps(cyclic.get(), EPSSCALAPACK, kernel, request);
}

/// A product that is not finite says that none is; no solver shall see it.
bool has_finite_products(const SymmetricOperator<double>& op) {
  std::vector<double> x(static_cast<std::size_t>(op.local_size()), 1.0), y(x.size());
  HostProducts().apply(op, x.data(), y.data(), 1);
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

Spectrum largest_eigenvalues(const SymmetricOperator<double>& op, const SpectrumRequest& request) {
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
