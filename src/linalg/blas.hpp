// Fortran's BLAS on the host, for the backends that use it.
// defines: blas_gemm, blas_library
#pragma once

#include "linalg/backend.hpp"

namespace catapult::backend {

void blas_gemm(const Gemm& call, const float* a, const float* b, float* c);
void blas_gemm(const Gemm& call, const double* a, const double* b, double* c);

/// Its name, and that of its kernels where it tells.
std::string blas_library();

}  // namespace catapult::backend
