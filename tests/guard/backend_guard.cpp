// Products of the host's backend on guarded arrays. CMake has that backend compiled under another
// name of `gemm`.
#include "arena.hpp"
#include "linalg/backend.hpp"

namespace catapult::backend {

void unguarded_gemm(const Gemm& call, const float* a, const float* b, float* c);
void unguarded_gemm(const Gemm& call, const double* a, const double* b, double* c);

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  const guard::Opened opened;
  unguarded_gemm(call, a, b, c);
}
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  const guard::Opened opened;
  unguarded_gemm(call, a, b, c);
}

}  // namespace catapult::backend
