#include "spectra/eps_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "base/random.hpp"
#include "spectra/petsc_objects.hpp"

namespace catapult {
namespace {

constexpr std::uint32_t start_stream = 0x5ec7a000;  // of the random start vectors

/// Takes eigenvectors out of a solver, whose ranks may hold other parts of a vector than ours.
class Eigenvectors {
 public:
  Eigenvectors(EPS solver, const SymmetricOperator<double>& op)
      : solver_(solver), local_(op.local_size()) {
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
Spectrum spectrum_of(EPS solver, const SymmetricOperator<double>& op,
                     const SpectrumRequest& request) {
  const Index local = op.local_size();
  PetscInt found = 0;
  petsc_check(EPSGetConverged(solver, &found), "EPSGetConverged");
  Spectrum spectrum;
  const Eigenvectors eigenvectors(solver, op);
  HostProducts<double> multiply;
  const Index count = std::min<Index>(found, request.count);
  if (request.vectors) spectrum.vectors = HostMatrix<double>("eigenvectors", local, count);
  for (Index begin = 0; begin < count; begin += vectors_at_once) {
    const Index block = std::min(vectors_at_once, count - begin);
    const std::vector<double> vectors = eigenvectors.block(begin, block);
    std::vector<double> products(vectors.size()), squares(static_cast<std::size_t>(block), 0.0);
    multiply.apply(op, vectors.data(), products.data(), block);
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
void deflate(EPS solver, const SymmetricOperator<double>& op, const Spectrum& known) {
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
void start_from_random(EPS solver, const SymmetricOperator<double>& op, std::uint32_t round) {
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

/// Not every solver can do everything: the one named by options may have to be another.
void solve(EPS solver, const std::string& name, bool named_by_options) {
  try {
    petsc_check(EPSSolve(solver), "EPSSolve");
  } catch (const std::runtime_error& problem) {
    if (!named_by_options) throw;
    throw UsageError(fmt::format(
        "the eigensolver \"{}\" cannot do this ({}); name another one by -{}eps_type, or none",
        name, problem.what(), petsc_prefix));
  }
}

/// QR, the default, takes six times as long for all eigenvalues.
void divide_and_conquer(EPS solver) {
  constexpr PetscInt method = 2;
  PetscBool chosen = PETSC_FALSE;
  petsc_check(PetscOptionsHasName(nullptr, petsc_prefix, "-ds_method", &chosen),
              "PetscOptionsHasName");
  if (chosen) return;
  DS dense = nullptr;
  petsc_check(EPSGetDS(solver, &dense), "EPSGetDS");
  petsc_check(DSSetMethod(dense, method), "DSSetMethod");
}

}  // namespace

bool slepc_has(EPSType solver) {
  void (*create)(void) = nullptr;
  petsc_check(EPSInitializePackage(), "EPSInitializePackage");
  petsc_check(PetscFunctionListFind(EPSList, solver, &create), "PetscFunctionListFind");
  return create != nullptr;
}

void judge(Spectrum& spectrum, Index count, double tolerance) {
  if (spectrum.values.empty()) return;
  const double largest = *std::max_element(spectrum.residuals.begin(), spectrum.residuals.end());
  spectrum.residual = largest > 0.0 ? largest / std::abs(spectrum.values[0]) : 0.0;
  spectrum.converged = static_cast<Index>(spectrum.values.size()) == count &&
                       spectrum.residual <= std::max(tolerance, least_residual);
}

Spectrum solve_eps(Mat matrix, EPSType type, const SymmetricOperator<double>& op,
                   const SpectrumRequest& request, const Spectrum& known) {
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
  // What is left may be zero, to which no error is relative; and so may all that is known.
  const double largest = more ? std::abs(known.values.front()) : 0.0;
  const double unit = largest > 0.0 ? largest : 1.0;
  petsc_check(EPSSetConvergenceTest(solver.get(), more ? EPS_CONV_ABS : EPS_CONV_REL),
              "EPSSetConvergenceTest");
  petsc_check(EPSSetTolerances(solver.get(), unit * request.tolerance, PETSC_DEFAULT),
              "EPSSetTolerances");
  if (more) deflate(solver.get(), op, known);
  if (std::string(type) == EPSKRYLOVSCHUR) {
    start_from_random(solver.get(), op, static_cast<std::uint32_t>(known.values.size()));
  }
  petsc_check(EPSSetOptionsPrefix(solver.get(), petsc_prefix), "EPSSetOptionsPrefix");
  petsc_check(EPSSetFromOptions(solver.get()), "EPSSetFromOptions");
  EPSType used = nullptr;
  petsc_check(EPSGetType(solver.get(), &used), "EPSGetType");
  const std::string name = used;
  if (name == EPSLAPACK && name == type) divide_and_conquer(solver.get());
  solve(solver.get(), name, name != type);
  Spectrum spectrum = spectrum_of(solver.get(), op, request);
  spectrum.solver = name == EPSKRYLOVSCHUR ? "Krylov-Schur"
                    : name == EPSSCALAPACK ? "ScaLAPACK"
                    : name == EPSLAPACK    ? "LAPACK"
                                           : name;
  return spectrum;
}

}  // namespace catapult
