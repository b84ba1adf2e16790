// Backend: the BLAS that CMake found.
#include "linalg/blas.hpp"

namespace catapult::backend {

void gemm(const Gemm& call, const float* a, const float* b, float* c) { blas_gemm(call, a, b, c); }
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  blas_gemm(call, a, b, c);
}

std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape&, Index) {
  return nullptr;
}

std::string library(float) { return blas_library(); }
std::string library(double) { return blas_library(); }

}  // namespace catapult::backend
