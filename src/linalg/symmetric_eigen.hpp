// Eigenvalues of a small dense symmetric matrix on the host (LAPACK).
// defines: symmetric_eigen
#pragma once

#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Overwrites `matrix` (n, n), symmetric, by its orthonormal eigenvectors, one a row, and returns
/// the eigenvalues, both largest first. Throws std::runtime_error where LAPACK fails.
std::vector<double> symmetric_eigen(std::vector<double>& matrix, Index n);

}  // namespace catapult
