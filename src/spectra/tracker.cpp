#include "spectra/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/random.hpp"
#include "linalg/symmetric_eigen.hpp"
#include "spectra/columns.hpp"

namespace catapult {
namespace {

constexpr Index most_products = 400;    // then the eigenvalue counts as not converged
constexpr Index longest_interval = 40;  // measurements from one full one to the next
constexpr double largest_move = 0.02;   // of the eigenvalue from one short measurement to the next
constexpr double largest_drift = 0.25;  // from a full measurement on, in units of its gap
constexpr double largest_doubt = 0.5;   // residual of the second Ritz pair, likewise
constexpr double crowded = 0.25;  // second Ritz value, in units of the first: others lie nearby
constexpr int second_look = 8;  // products from another random direction, at the first measurement
constexpr std::uint32_t direction_stream = 0xd14ec710;  // of the random directions

}  // namespace

void TopEigenvalueTracker::allocate(const SymmetricOperator& op) {
  if (basis_) return;
  const auto local = narrow<PetscInt>(op.local_size(), "the length of a kernel vector on a rank");
  petsc_check(VecCreateMPI(op.ranks().get(), local, PETSC_DETERMINE, work_.put()), "VecCreateMPI");
  petsc_check(VecDuplicate(work_.get(), residual_.put()), "VecDuplicate");
  petsc_check(VecDuplicate(work_.get(), second_residual_.put()), "VecDuplicate");
  for (OwnedBv* block : {&basis_, &products_}) {
    petsc_check(BVCreate(op.ranks().get(), block->put()), "BVCreate");
    petsc_check(BVSetType(block->get(), BVSVEC), "BVSetType");
    petsc_check(BVSetSizesFromVec(block->get(), work_.get(), most_columns), "BVSetSizesFromVec");
  }
  if (!state_.vectors.empty()) place_vectors();
}

void TopEigenvalueTracker::place_vectors() {
  PetscInt begin = 0, end = 0, size = 0;
  petsc_check(VecGetOwnershipRange(work_.get(), &begin, &end), "VecGetOwnershipRange");
  petsc_check(VecGetSize(work_.get(), &size), "VecGetSize");
  for (int vector = 0; vector < state_.kept; ++vector) {
    write_column(basis_.get(), vector, state_.vectors.data() + Index{vector} * size + begin);
  }
  state_.vectors.clear();
}

TrackerState TopEigenvalueTracker::state() const {
  TrackerState copy = state_;
  if (!basis_ || state_.kept == 0) return copy;
  PetscInt size = 0;
  const PetscInt* starts = nullptr;
  petsc_check(VecGetSize(work_.get(), &size), "VecGetSize");
  petsc_check(VecGetOwnershipRanges(work_.get(), &starts), "VecGetOwnershipRanges");
  MPI_Comm handle = MPI_COMM_NULL;
  petsc_check(PetscObjectGetComm(reinterpret_cast<PetscObject>(work_.get()), &handle),
              "PetscObjectGetComm");
  const Communicator ranks(handle);
  std::vector<Index> counts;
  for (int rank = 0; rank < ranks.size(); ++rank) counts.push_back(starts[rank + 1] - starts[rank]);
  copy.vectors.resize(static_cast<std::size_t>(state_.kept * size));
  for (int vector = 0; vector < state_.kept; ++vector) {
    const std::vector<double> mine = read_column(basis_.get(), vector);
    ranks.all_gather(mine.data(), copy.vectors.data() + Index{vector} * size, counts);
  }
  return copy;
}

void TopEigenvalueTracker::multiply(const SymmetricOperator& op, int begin, int end) {
  std::vector<double> from;
  for (int column = begin; column < end; ++column) {
    const std::vector<double> values = read_column(basis_.get(), column);
    from.insert(from.end(), values.begin(), values.end());
  }
  std::vector<double> to(from.size());
  host_products_.apply(op, from.data(), to.data(), end - begin);
  for (int column = begin; column < end; ++column) {
    write_column(products_.get(), column, to.data() + (column - begin) * op.local_size());
  }
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

void TopEigenvalueTracker::add_random_direction(int column) {
  PetscInt begin = 0, end = 0;
  petsc_check(VecGetOwnershipRange(work_.get(), &begin, &end), "VecGetOwnershipRange");
  const RandomStream random(state_.measurements, direction_stream);
  std::vector<double> values;
  for (PetscInt i = begin; i < end; ++i) values.push_back(random.normal(i, column));
  write_column(basis_.get(), column, values.data());
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

  ritz.residual = residual_of(ritz, 0, residual_.get());
  if (columns > 1) ritz.second = residual_of(ritz, 1, second_residual_.get());
  return ritz;
}

double TopEigenvalueTracker::residual_of(const Ritz& ritz, int pair, Vec residual) {
  const auto at = static_cast<std::size_t>(pair);
  std::vector<double> coefficients(ritz.values.size());
  std::copy_n(ritz.vectors.begin() + static_cast<std::ptrdiff_t>(at * ritz.values.size()),
              ritz.values.size(), coefficients.begin());
  double norm = 0.0;
  petsc_check(BVMultVec(products_.get(), 1.0, 0.0, residual, coefficients.data()), "BVMultVec");
  petsc_check(BVMultVec(basis_.get(), -ritz.values[at], 1.0, residual, coefficients.data()),
              "BVMultVec");
  petsc_check(VecNorm(residual, NORM_2, &norm), "VecNorm");
  return norm;
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

double TopEigenvalueTracker::error_estimate(const Ritz& ritz) const {
  const double value = ritz.values[0], residual = ritz.residual;
  if (residual == 0.0) return 0.0;
  if (!(value > 0.0)) return HUGE_VAL;
  if (ritz.values.size() == 1) return residual / value;
  const double gap = value - ritz.values[1];
  return (gap > residual ? residual * residual / gap : residual) / value;
}

bool TopEigenvalueTracker::is_apart(const Ritz& ritz) const {
  if (ritz.values.size() == 1) return true;
  const double gap = ritz.values[0] - ritz.values[1];
  return ritz.second <= std::max(largest_doubt * gap, tolerance_ * ritz.values[0]);
}

bool TopEigenvalueTracker::short_will_do(const Ritz& ritz) const {
  return state_.since_full + 1 < state_.interval && ritz.residual <= 2.0 * state_.short_residual &&
         std::abs(ritz.values[0] - state_.value) <= largest_move * state_.value &&
         std::abs(ritz.values[0] - state_.full_value) <= largest_drift * state_.full_gap &&
         short_error(ritz) <= tolerance_;
}

double TopEigenvalueTracker::short_error(const Ritz& ritz) const {
  const double growth = ritz.residual / state_.short_residual;
  return state_.short_error * std::max(1.0, growth * growth);
}

void TopEigenvalueTracker::calibrate(const Ritz& one_product, double value) {
  state_.short_residual = one_product.residual;
  state_.short_error = std::max(0.0, value - one_product.values[0]) / value;
  if (state_.short_error <= 0.25 * tolerance_)
    state_.interval = std::min(2 * state_.interval, longest_interval);
  if (state_.short_error > 0.5 * tolerance_)
    state_.interval = std::max<Index>(1, state_.interval / 2);
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

int TopEigenvalueTracker::starting_block(int most) {
  int filled = std::min(state_.kept, 1);  // a power step may have moved the first vector
  for (int column = filled; column < std::min(state_.kept + 1, most); ++column) {
    if (column == state_.kept) add_random_direction(column);
    if (!orthonormalize(column)) break;
    filled = column + 1;
  }
  return filled;
}

TopEigenvalueTracker::Ritz TopEigenvalueTracker::extend(const SymmetricOperator& op, Search& search,
                                                        int end) {
  multiply(op, search.columns, end);
  search.products += end - search.columns;
  search.columns = end;
  return rayleigh_ritz(end);
}

TopEigenvalueTracker::Ritz TopEigenvalueTracker::refine(const SymmetricOperator& op, Search& search,
                                                        Ritz ritz) {
  const auto inexact = [&] { return search.columns == 1 || error_estimate(ritz) > tolerance_; };
  while (search.columns < search.size && search.products < most_products &&
         std::isfinite(ritz.residual) && (inexact() || !is_apart(ritz))) {
    if (search.columns == search.most()) {
      compress(ritz, search.columns, TrackerState::most_kept);
      search.columns = TrackerState::most_kept;
      ritz = rayleigh_ritz(TrackerState::most_kept);
    }
    const Vec direction = inexact() ? residual_.get() : second_residual_.get();
    petsc_check(BVInsertVec(basis_.get(), search.columns, direction), "BVInsertVec");
    if (!orthonormalize(search.columns)) {  // an exact eigenvector: look elsewhere
      add_random_direction(search.columns);
      orthonormalize(search.columns);
    }
    ritz = extend(op, search, search.columns + 1);
  }
  return ritz;
}

TopEigenvalueTracker::Ritz TopEigenvalueTracker::look_again(const SymmetricOperator& op,
                                                            Search& search, Ritz ritz) {
  const bool alone = ritz.values.size() == 1 || ritz.values[1] < crowded * ritz.values[0];
  const bool whole = search.most() < second_look + TrackerState::most_kept;  // of the space, nearly
  if (alone || whole || !std::isfinite(ritz.residual)) return ritz;
  if (search.columns + second_look > search.most()) {
    search.columns = std::min(TrackerState::most_kept, search.columns);
    compress(ritz, static_cast<int>(ritz.values.size()), search.columns);
    ritz = rayleigh_ritz(search.columns);
  }
  add_random_direction(search.columns);
  for (int look = 0; look < second_look && orthonormalize(search.columns); ++look) {
    ritz = extend(op, search, search.columns + 1);
    const std::vector<double> product = read_column(products_.get(), search.columns - 1);
    if (look + 1 < second_look) write_column(basis_.get(), search.columns, product.data());
  }
  return refine(op, search, ritz);
}

void TopEigenvalueTracker::keep(const Ritz& ritz, int columns) {
  state_.since_full = 0;
  state_.full_value = ritz.values[0];
  state_.full_gap = columns > 1 ? ritz.values[0] - ritz.values[1] : ritz.values[0];
  state_.kept = std::min(TrackerState::most_kept, columns);
  compress(ritz, columns, state_.kept);
}

TopEigenvalue TopEigenvalueTracker::measure(const SymmetricOperator& op) {
  allocate(op);
  ++state_.measurements;
  Search search;
  search.size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  const auto result = [&](const Ritz& ritz, double error, bool converged) {
    state_.value = ritz.values[0];
    return TopEigenvalue{ritz.values[0], ritz.residual, error, search.products, converged};
  };

  std::optional<Ritz> one_product;
  if (state_.kept > 0) {
    one_product = extend(op, search, 1);
    if (short_will_do(*one_product)) {
      ++state_.since_full;
      power_step();
      return result(*one_product, short_error(*one_product), true);
    }
  }
  const Ritz block = extend(op, search, starting_block(search.most()));
  const bool first = state_.kept == 0;
  Ritz ritz = refine(op, search, block);
  if (first) ritz = look_again(op, search, std::move(ritz));
  if (!std::isfinite(ritz.residual)) return result(ritz, NAN, false);
  keep(ritz, search.columns);
  if (one_product) calibrate(*one_product, ritz.values[0]);
  const double error = error_estimate(ritz);
  return result(ritz, error, search.columns == search.size || error <= tolerance_);
}

}  // namespace catapult
