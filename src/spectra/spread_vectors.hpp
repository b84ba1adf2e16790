// An orthonormal set of vectors spread over ranks, on the host.
// defines: SpreadVectors
#pragma once

#include <vector>

#include "base/communicator.hpp"

namespace catapult {

/// Rows are vectors, of each this rank's `local` elements lie here. A room of its own instead of
/// SLEPc's BV: these vectors are short (5120 elements, say) and few, and a call there costs more
/// than the arithmetic. Nothing is allocated once it is as large as it gets.
class SpreadVectors {
 public:
  SpreadVectors(const Communicator& ranks, Index local, Index most)
      : ranks_(ranks), local_(local), most_(most) {
    elements_.resize(static_cast<std::size_t>(most * local));
    piece_.resize(static_cast<std::size_t>(most * chunk));
    sums_.resize(static_cast<std::size_t>(most + 1));
  }

  const Communicator& ranks() const { return ranks_; }
  Index local_size() const { return local_; }
  Index rows() const { return rows_; }
  bool full() const { return rows_ == most_; }
  void clear() { rows_ = 0; }
  const double* row(Index i) const { return elements_.data() + i * local_; }

  /// Behind the last one: factor x. Not when full().
  void append(const double* x, double factor);
  /// x <- sum_i coefficients_i row_i
  void combine(const std::vector<double>& coefficients, double* x) const;
  /// coefficients_i <- row_i . x; x <- what is left of it. Gram and Schmidt's way, twice (Giraud,
  /// Langou and Rozloznik 2005: twice is enough). Returns the norm of what is left. Collective.
  double split(double* x, std::vector<double>& coefficients);
  /// The first `rows` of rotation (rows, rows()) times these vectors take their place.
  void rotate(const std::vector<double>& rotation, Index rows);

 private:
  static constexpr Index chunk = 512;  // elements of all rows that stay in cache

  /// x <- x - sum_i minus_i row_i (nothing where `minus` is empty), then sums_ <- row_i . x and
  /// x . x: long vectors are read once. Collective.
  void project(double* x, const std::vector<double>& minus);

  Communicator ranks_;
  Index local_, most_, rows_ = 0;
  std::vector<double> elements_;  ///< (most, local)
  std::vector<double> piece_;     ///< (most, chunk)
  std::vector<double> sums_;
};

}  // namespace catapult
