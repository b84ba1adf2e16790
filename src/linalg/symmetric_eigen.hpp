// Eigenvalues of a small dense symmetric matrix on the host (LAPACK).
// defines: SymmetricEigen, symmetric_eigen
#pragma once

#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Solves one eigenproblem after another in the same room.
class SymmetricEigen {
 public:
  /// (n, n), to be filled before solve().
  std::vector<double>& matrix(Index n);
  /// Throws std::runtime_error where LAPACK fails.
  void solve();
  /// The eigenvalues alone: less work, and no vectors.
  void solve_values();

  Index size() const { return size_; }
  double value(Index i) const { return values_[static_cast<std::size_t>(size_ - 1 - i)]; }
  /// Of unit length, belongs to value(i), largest first.
  const double* vector(Index i) const { return matrix_.data() + (size_ - 1 - i) * size_; }

 private:
  void run(const char* job);

  Index size_ = 0;
  std::vector<double> matrix_, values_, work_;
};

/// Overwrites `matrix` (n, n), symmetric, by its orthonormal eigenvectors, one a row, and returns
/// the eigenvalues, both largest first. Throws std::runtime_error where LAPACK fails.
std::vector<double> symmetric_eigen(std::vector<double>& matrix, Index n);

}  // namespace catapult
