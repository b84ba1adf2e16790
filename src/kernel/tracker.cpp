#include "kernel/tracker.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "linalg/symmetric_eigen.hpp"

namespace catapult {
namespace {

constexpr int kept_vectors = 3;       // Ritz vectors that start the next measurement
constexpr int most_columns = 32;      // then the basis is compressed to the best
constexpr Index most_products = 400;  // then the eigenvalue counts as not converged
constexpr Index first_interval = 10;  // measurements between looks at the whole block,
constexpr Index last_interval = 40;   //   doubled as long as they find nothing new
constexpr double gap_share = 0.2;     // of the gap that the eigenvalue may move in between
constexpr std::uint32_t direction_stream = 0xd14ec710;  // of the random directions

}  // namespace

void TopEigenvalueTracker::allocate(const SymmetricOperator& op) {
  if (basis_) return;
  const auto local = narrow<PetscInt>(op.local_size(), "the length of a kernel vector on a rank");
  petsc_check(VecCreateMPI(op.ranks().get(), local, PETSC_DETERMINE, layout_.put()),
              "VecCreateMPI");
  for (OwnedBv* block : {&basis_, &products_}) {
    petsc_check(BVCreate(op.ranks().get(), block->put()), "BVCreate");
    petsc_check(BVSetType(block->get(), BVSVEC), "BVSetType");
    petsc_check(BVSetSizesFromVec(block->get(), layout_.get(), most_columns + 1),
                "BVSetSizesFromVec");
  }
}

void TopEigenvalueTracker::multiply(const SymmetricOperator& op, int begin, int end) {
  const double* from = nullptr;
  double* to = nullptr;
  petsc_check(BVGetArrayRead(basis_.get(), &from), "BVGetArrayRead");
  petsc_check(BVGetArray(products_.get(), &to), "BVGetArray");
  op.apply(from + begin * op.local_size(), to + begin * op.local_size(), end - begin);
  petsc_check(BVRestoreArray(products_.get(), &to), "BVRestoreArray");
  petsc_check(BVRestoreArrayRead(basis_.get(), &from), "BVRestoreArrayRead");
}

bool TopEigenvalueTracker::orthonormalize(int column) {
  double norm = 0.0;
  PetscBool dependent = PETSC_FALSE;
  petsc_check(BVOrthogonalizeColumn(basis_.get(), column, nullptr, &norm, &dependent),
              "BVOrthogonalizeColumn");
  if (dependent || !(norm > 0.0)) return false;
  petsc_check(BVScaleColumn(basis_.get(), column, 1.0 / norm), "BVScaleColumn");
  return true;
}

void TopEigenvalueTracker::add_random_direction(const SymmetricOperator& op, int column) {
  PetscInt begin = 0, end = 0;
  petsc_check(VecGetOwnershipRange(layout_.get(), &begin, &end), "VecGetOwnershipRange");
  const RandomStream random(measurements_, direction_stream);
  double* columns = nullptr;
  petsc_check(BVGetArray(basis_.get(), &columns), "BVGetArray");
  for (PetscInt i = begin; i < end; ++i) {
    columns[column * op.local_size() + (i - begin)] = random.normal(i, column);
  }
  petsc_check(BVRestoreArray(basis_.get(), &columns), "BVRestoreArray");
}

TopEigenvalueTracker::Ritz TopEigenvalueTracker::rayleigh_ritz(int columns) {
  petsc_check(BVSetActiveColumns(basis_.get(), 0, columns), "BVSetActiveColumns");
  petsc_check(BVSetActiveColumns(products_.get(), 0, columns), "BVSetActiveColumns");
  OwnedMat projected;
  petsc_check(MatCreateSeqDense(PETSC_COMM_SELF, columns, columns, nullptr, projected.put()),
              "MatCreateSeqDense");
  petsc_check(BVDot(products_.get(), basis_.get(), projected.get()), "BVDot");
  const double* entries = nullptr;
  petsc_check(MatDenseGetArrayRead(projected.get(), &entries), "MatDenseGetArrayRead");
  Ritz ritz;
  ritz.vectors.assign(entries, entries + columns * columns);
  petsc_check(MatDenseRestoreArrayRead(projected.get(), &entries), "MatDenseRestoreArrayRead");
  const auto finite = [](double entry) { return std::isfinite(entry); };
  if (!std::all_of(ritz.vectors.begin(), ritz.vectors.end(), finite)) {
    ritz.values.assign(static_cast<std::size_t>(columns), NAN);
    ritz.residual = NAN;
    return ritz;
  }
  ritz.values = symmetric_eigen(ritz.vectors, columns);

  // The residual A v - value v stands in the first free column of the basis until it is used.
  Vec residual = nullptr;
  petsc_check(BVGetColumn(basis_.get(), columns, &residual), "BVGetColumn");
  petsc_check(BVMultVec(products_.get(), 1.0, 0.0, residual, ritz.vectors.data()), "BVMultVec");
  petsc_check(BVRestoreColumn(basis_.get(), columns, &residual), "BVRestoreColumn");
  std::vector<double> scaled(ritz.vectors.begin(), ritz.vectors.begin() + columns);
  for (double& coefficient : scaled) coefficient *= -ritz.values[0];
  petsc_check(BVMultColumn(basis_.get(), 1.0, 1.0, columns, scaled.data()), "BVMultColumn");
  petsc_check(BVNormColumn(basis_.get(), columns, NORM_2, &ritz.residual), "BVNormColumn");
  return ritz;
}

void TopEigenvalueTracker::compress(const Ritz& ritz, int columns, int kept) {
  OwnedMat rotation;
  std::vector<double> coefficients(ritz.vectors);
  petsc_check(
      MatCreateSeqDense(PETSC_COMM_SELF, columns, columns, coefficients.data(), rotation.put()),
      "MatCreateSeqDense");
  for (const OwnedBv* block : {&basis_, &products_}) {
    petsc_check(BVSetActiveColumns(block->get(), 0, columns), "BVSetActiveColumns");
    petsc_check(BVMultInPlace(block->get(), rotation.get(), 0, kept), "BVMultInPlace");
  }
}

double TopEigenvalueTracker::error_estimate(double value, double residual, double next) const {
  const double gap = 0.5 * (value - next);
  const double bound = gap > 0.0 ? std::min(residual, residual * residual / gap) : residual;
  return value > 0.0 ? bound / value : (bound == 0.0 ? 0.0 : HUGE_VAL);
}

bool TopEigenvalueTracker::last_vector_will_do(const Ritz& ritz) const {
  const double moved = std::abs(ritz.values[0] - value_);
  const bool near = moved < gap_share * (value_ - next_);
  return near && since_full_ + 1 < interval_ &&
         error_estimate(ritz.values[0], ritz.residual, next_) <= tolerance_;
}

void TopEigenvalueTracker::power_step() {
  Vec vector = nullptr, product = nullptr;
  petsc_check(BVGetColumn(basis_.get(), 0, &vector), "BVGetColumn");
  petsc_check(BVGetColumn(products_.get(), 0, &product), "BVGetColumn");
  petsc_check(VecCopy(product, vector), "VecCopy");
  petsc_check(VecNormalize(vector, nullptr), "VecNormalize");
  petsc_check(BVRestoreColumn(products_.get(), 0, &product), "BVRestoreColumn");
  petsc_check(BVRestoreColumn(basis_.get(), 0, &vector), "BVRestoreColumn");
}

int TopEigenvalueTracker::starting_block(const SymmetricOperator& op, int most) {
  int filled = std::min(kept_, 1);  // a power step may have moved the first vector
  for (int column = filled; column < std::min(kept_ + 1, most); ++column) {
    if (column == kept_) add_random_direction(op, column);
    if (!orthonormalize(column)) break;
    filled = column + 1;
  }
  return filled;
}

TopEigenvalue TopEigenvalueTracker::measure(const SymmetricOperator& op) {
  allocate(op);
  ++measurements_;
  TopEigenvalue result;
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  const int most = static_cast<int>(std::min<Index>(most_columns, size));
  int columns = 0;
  const auto extend_to = [&](int end) {
    multiply(op, columns, end);
    result.products += end - columns;
    columns = end;
    return rayleigh_ritz(columns);
  };

  if (kept_ > 0) {
    const Ritz ritz = extend_to(1);
    if (last_vector_will_do(ritz)) {
      ++since_full_;
      power_step();
      return {ritz.values[0], ritz.residual, error_estimate(ritz.values[0], ritz.residual, next_),
              result.products, true};
    }
  }
  const int start = starting_block(op, most);
  Ritz ritz = extend_to(start);
  while (true) {
    const double next = columns > 1 ? ritz.values[1] : 0.0;
    result.error_estimate = error_estimate(ritz.values[0], ritz.residual, next);
    // One direction alone says nothing about a gap, unless it is all there is.
    result.converged = columns == size || (columns > 1 && result.error_estimate <= tolerance_);
    if (result.converged || result.products >= most_products) break;
    if (!std::isfinite(ritz.residual)) return {NAN, NAN, NAN, result.products, false};
    if (columns == most) {
      compress(ritz, columns, kept_vectors);
      columns = kept_vectors;
      ritz = rayleigh_ritz(columns);
    }
    if (!orthonormalize(columns)) {  // an exact eigenvector: look elsewhere
      add_random_direction(op, columns);
      orthonormalize(columns);
    }
    ritz = extend_to(columns + 1);
  }
  result.value = ritz.values[0];
  result.residual = ritz.residual;
  value_ = result.value;
  next_ = columns > 1 ? ritz.values[1] : 0.0;
  since_full_ = 0;
  interval_ = columns == start ? std::min(2 * interval_, last_interval) : first_interval;
  kept_ = std::min(kept_vectors, columns);
  compress(ritz, columns, kept_);
  return result;
}

}  // namespace catapult
