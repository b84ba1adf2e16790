#include "linalg/symmetric_eigen.hpp"

#include <algorithm>
#include <stdexcept>

extern "C" void dsyev_(const char*, const char*, const int*, double*, const int*, double*, double*,
                       const int*, int*);

namespace catapult {

std::vector<double>& SymmetricEigen::matrix(Index n) {
  size_ = n;
  matrix_.resize(static_cast<std::size_t>(n * n));
  return matrix_;
}

void SymmetricEigen::solve() { run("V"); }

void SymmetricEigen::solve_values() { run("N"); }

// LAPACK: ascending, one eigenvector a column of a column-major matrix, so one a row of ours.
void SymmetricEigen::run(const char* job) {
  const int size = narrow<int>(size_, "the order of a small eigenproblem");
  const int work_size = std::max(1, 34 * size);
  values_.resize(static_cast<std::size_t>(size));
  work_.resize(static_cast<std::size_t>(work_size));
  int info = 0;
  dsyev_(job, "U", &size, matrix_.data(), &size, values_.data(), work_.data(), &work_size, &info);
  if (info != 0) throw std::runtime_error("dsyev did not converge");
}

std::vector<double> symmetric_eigen(std::vector<double>& matrix, Index n) {
  SymmetricEigen eigen;
  eigen.matrix(n).assign(matrix.begin(), matrix.begin() + n * n);
  eigen.solve();
  std::vector<double> values(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) {
    values[static_cast<std::size_t>(i)] = eigen.value(i);
    std::copy_n(eigen.vector(i), n, matrix.begin() + i * n);
  }
  return values;
}

}  // namespace catapult
