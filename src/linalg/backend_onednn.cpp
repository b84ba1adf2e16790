// Backend: oneDNN for float, BLAS for double (of which oneDNN knows nothing).
#include <fmt/format.h>
#include <oneapi/dnnl/dnnl.h>

#include <stdexcept>

#include "linalg/blas.hpp"

namespace catapult::backend {

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  const auto letter = [](bool transpose) { return transpose ? 'T' : 'N'; };
  const auto status = dnnl_sgemm(letter(call.transpose_a), letter(call.transpose_b), call.m, call.n,
                                 call.k, static_cast<float>(call.alpha), a, call.row_a, b,
                                 call.row_b, static_cast<float>(call.beta), c, call.row_c);
  if (status != dnnl_success) throw std::runtime_error("dnnl_sgemm failed");
}
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  blas_gemm(call, a, b, c);
}

std::string library(float) {
  const dnnl_version_t* version = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
}
std::string library(double) { return blas_library(); }

}  // namespace catapult::backend
