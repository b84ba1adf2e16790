#include "linalg/symmetric_eigen.hpp"

#include <algorithm>
#include <stdexcept>

extern "C" void dsyev_(const char*, const char*, const int*, double*, const int*, double*, double*,
                       const int*, int*);

namespace catapult {

std::vector<double> symmetric_eigen(std::vector<double>& matrix, Index n) {
  const int size = narrow<int>(n, "the order of a small eigenproblem");
  const int work_size = std::max(1, 34 * size);
  std::vector<double> values(static_cast<std::size_t>(n));
  std::vector<double> work(static_cast<std::size_t>(work_size));
  int info = 0;
  dsyev_("V", "U", &size, matrix.data(), &size, values.data(), work.data(), &work_size, &info);
  if (info != 0) throw std::runtime_error("dsyev did not converge");
  // LAPACK: ascending, one eigenvector a column of a column-major matrix, so one a row of ours.
  std::reverse(values.begin(), values.end());
  for (Index top = 0, bottom = n - 1; top < bottom; ++top, --bottom) {
    std::swap_ranges(matrix.begin() + top * n, matrix.begin() + (top + 1) * n,
                     matrix.begin() + bottom * n);
  }
  return values;
}

}  // namespace catapult
