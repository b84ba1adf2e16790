// Kernels of OpenBLAS for processors that it does not know.
#include <cstdlib>
#include <cstring>

#include "linalg/blas.hpp"

extern "C" {  // none of them where another BLAS is linked
char* openblas_get_corename() __attribute__((weak));
void gotoblas_dynamic_quit() __attribute__((weak));
void gotoblas_dynamic_init() __attribute__((weak));
}

namespace catapult::backend {
namespace {

/// OpenBLAS tells processors by their numbers. One that is newer than itself it takes for a
/// Prescott of 2004, whose products run at a tenth of the speed; then it is asked to choose again,
/// by the name of the newest kernels that this processor can run. A user's choice stands.
bool choose_kernels() {
#if defined(__x86_64__)
  if (!openblas_get_corename || !gotoblas_dynamic_quit || !gotoblas_dynamic_init) return false;
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) return false;
  if (std::strcmp(openblas_get_corename(), "Prescott") != 0) return false;
  const char* kernels = __builtin_cpu_supports("avx512dq") ? "SkylakeX"
                        : __builtin_cpu_supports("avx2")   ? "Haswell"
                                                           : nullptr;
  if (kernels == nullptr) return false;
  setenv("OPENBLAS_CORETYPE", kernels, 1);
  gotoblas_dynamic_quit();
  gotoblas_dynamic_init();
  return true;
#else
  return false;
#endif
}

const bool chosen_before_main = choose_kernels();  // PETSc's products profit as well

}  // namespace

std::string blas_library() {
  static_cast<void>(chosen_before_main);
  if (!openblas_get_corename) return "BLAS";
  return std::string("OpenBLAS, kernels ") + openblas_get_corename();
}

}  // namespace catapult::backend
