// Backend: oneDNN for float, BLAS for double (of which oneDNN knows nothing).
#include <fmt/format.h>
#include <oneapi/dnnl/dnnl.h>

#include <stdexcept>

#include "linalg/blas.hpp"

namespace catapult::backend {
namespace {

/// With AVX2 oneDNN reads the factors of small products where they lie (its nocopy_checker_avx2),
/// with AVX-512 it packs them.
bool packs_factors() {
  const int kinds = dnnl_get_effective_cpu_isa();
  const auto has = [&](int kind) { return (kinds & kind) == kind; };
  return !has(dnnl_cpu_isa_avx2) || has(dnnl_cpu_isa_avx512_core);
}

/// Whether a small product reads a factor down columns of elements that lie a multiple of 1 KB
/// apart, which have few sets of the cache. BLAS, which packs all factors, takes half the time.
bool reads_few_cache_sets(const Gemm& call) {
  static const bool packs = packs_factors();
  constexpr double small = 0.0038;
  constexpr Index apart = 256;
  if (packs || 1.0 / static_cast<double>(call.m) + 1.0 / static_cast<double>(call.n) < small) {
    return false;
  }
  return (call.transpose_a && call.row_a % apart == 0) ||
         (!call.transpose_b && call.row_b % apart == 0);
}

}  // namespace

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  if (reads_few_cache_sets(call)) return blas_gemm(call, a, b, c);
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
  const std::string name =
      fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
  return packs_factors() ? name : fmt::format("{} and {}", name, blas_library());
}
std::string library(double) { return blas_library(); }

}  // namespace catapult::backend
