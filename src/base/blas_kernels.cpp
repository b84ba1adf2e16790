#include "base/blas_kernels.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace catapult {
namespace {

constexpr const char* variable = "OPENBLAS_CORETYPE";
constexpr const char* oldest = "Prescott";  // what it falls back to

/// By the instructions of this CPU; null where the oldest kernels are right.
const char* kernels_of_cpu() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");
  if (wide) return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return nullptr;
}

}  // namespace

std::string blas_kernels() {
  using Name = const char* (*)();
  const auto name = reinterpret_cast<Name>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name == nullptr ? "" : name();
}

void choose_blas_kernels(char** argv) {
  if (std::getenv(variable) != nullptr || blas_kernels() != oldest) return;
  const char* better = kernels_of_cpu();
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (better == nullptr || problem) return;
  setenv(variable, better, /*overwrite=*/0);
  execv(program.c_str(), argv);  // where it fails, slow kernels are right as well
}

}  // namespace catapult
