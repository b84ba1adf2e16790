// An orthonormal set of vectors spread over ranks, on the host.
// defines: SpreadVectors
#pragma once

#include <memory>
#include <vector>

#include "base/communicator.hpp"

namespace catapult {

/// Vectors q_i of which this rank's `local` elements lie here: q = L b with the rows b as they came
/// and a small triangular matrix L, so that a long vector that joins is read once and not written
/// again. A room of its own instead of SLEPc's BV: these vectors are short (5120 elements, say) and
/// few, and a call there costs more than the arithmetic; or they are as long as all parameters, and
/// each pass over them counts. Sums are in double precision. Nothing is allocated once it is as
/// large as it gets.
template <class Real = double>
class SpreadVectors {
 public:
  SpreadVectors(const Communicator& ranks, Index local, Index most);

  const Communicator& ranks() const { return ranks_; }
  Index local_size() const { return local_; }
  Index rows() const { return rows_; }
  bool full() const { return rows_ == most_; }
  void clear() { rows_ = 0; }

  /// Where a vector comes that is to be split, (local).
  Real* next() { return elements_.get() + rows_ * local_; }
  /// coefficients_i <- q_i . x of the vector x that came; returns the norm of what lies outside of
  /// all q_i. Where that is little, or the rounding errors of the q_i would make too much of it, it
  /// takes the place of x, and is split once more: Gram and Schmidt's way, twice at most (Giraud,
  /// Langou and Rozloznik 2005: twice is enough). Collective.
  double split(std::vector<double>& coefficients);
  /// What lies outside of the vector last split joins, normalized. Not when full().
  void append();
  /// The vector that came joins as it is: it is of unit length and orthogonal to the others.
  void append_as_is();

  /// x <- sum_i coefficients_i q_i
  void combine(const std::vector<double>& coefficients, Real* x) const;
  /// The first `rows` of rotation (rows, rows()) times these vectors take their place.
  void rotate(const std::vector<double>& rotation, Index rows);
  /// q_i of those that rotate() or append_as_is() left.
  const Real* row(Index i) const { return elements_.get() + i * local_; }

 private:
  static constexpr Index chunk = 512;  // elements of all rows that stay in cache

  double& lower(Index i, Index j) { return lower_[static_cast<std::size_t>(i * most_ + j)]; }
  double lower(Index i, Index j) const { return lower_[static_cast<std::size_t>(i * most_ + j)]; }
  /// Row `to` of L <- that of a vector that is as it is.
  void set_unit(Index to);
  /// L^T coefficients: those of the rows b.
  std::vector<double> of_rows(const double* coefficients) const;
  /// x <- x - sum_j minus_j b_j of the vector that came (nothing where `minus` is empty); sums_ <-
  /// b_j . x and, behind them, x . x. Collective.
  void project(const std::vector<double>& minus);

  Communicator ranks_;
  Index local_, most_, rows_ = 0;
  std::unique_ptr<Real[]> elements_;  ///< (most + 1, local)
  std::vector<Real> piece_;           ///< (most, chunk)
  std::vector<double> lower_;         ///< L, (most, most)
  std::vector<double> gains_;         ///< (most): errors of q_i, in those of a vector as it came
  std::vector<double> sums_;          ///< (most + 1)
  std::vector<double> inside_;        ///< q_i . x of the vector x as it lies, after split()
  double outside_ = 0.0;              ///< norm of the rest
  double gain_ = 1.0;                 ///< of the rest, normalized
};

}  // namespace catapult
