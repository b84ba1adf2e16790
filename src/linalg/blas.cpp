#include "linalg/blas.hpp"

#include <cstdlib>
#include <new>
#include <type_traits>

#include "linalg/memory.hpp"

// Memory that both reach is not enough: products would run beside kernels still in flight.
static_assert(std::is_same_v<catapult::Execution, Kokkos::DefaultHostExecutionSpace>,
              "this backend's products run on the host, kernels must as well");

extern "C" {
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
            const double*, const int*, const double*, const int*, const double*, double*,
            const int*);
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*,
            const float*, const int*, const float*, const int*, const float*, float*, const int*);
}

namespace catapult::backend {
namespace {

/// BLAS stores by columns: our row-major c = a b is its c^T = b^T a^T.
template <class Real, class Blas>
void call_blas(Blas* blas, const Gemm& call, const Real* a, const Real* b, Real* c) {
  const auto count = [](Index value) { return narrow<int>(value, "a matrix dimension"); };
  const int m = count(call.n), n = count(call.m), k = count(call.k);
  const int row_a = count(call.row_a), row_b = count(call.row_b), row_c = count(call.row_c);
  const char first = call.transpose_b ? 'T' : 'N', second = call.transpose_a ? 'T' : 'N';
  const Real scale = static_cast<Real>(call.alpha), keep = static_cast<Real>(call.beta);
  blas(&first, &second, &m, &n, &k, &scale, b, &row_b, a, &row_a, &keep, c, &row_c);
}

}  // namespace

void blas_gemm(const Gemm& call, const float* a, const float* b, float* c) {
  call_blas(sgemm_, call, a, b, c);
}
void blas_gemm(const Gemm& call, const double* a, const double* b, double* c) {
  call_blas(dgemm_, call, a, b, c);
}

std::string device() { return "host"; }
double device_memory() { return 0.0; }

void* allocate_stage(std::size_t bytes) {
  void* stage = std::malloc(bytes);
  if (stage == nullptr) throw std::bad_alloc();
  return stage;
}
void free_stage(void* stage) { std::free(stage); }

}  // namespace catapult::backend
