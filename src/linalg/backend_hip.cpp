// Backend: rocBLAS on the stream of the default execution space.
#include <fmt/format.h>
#include <hip/hip_runtime.h>
#include <rocblas/rocblas.h>

#include <stdexcept>

#include "linalg/backend.hpp"
#include "linalg/memory.hpp"

static_assert(std::is_same_v<catapult::Execution, Kokkos::HIP>,
              "this backend's products run on a HIP device, kernels must as well");

namespace catapult::backend {
namespace {

constexpr std::size_t workspace_bytes = std::size_t{32} << 20;  // rocBLAS' own choice

void check(rocblas_status status, const char* call) {
  if (status == rocblas_status_success) return;
  throw std::runtime_error(fmt::format("{}: {}", call, rocblas_status_to_string(status)));
}
void check(hipError_t status, const char* call) {
  if (status == hipSuccess) return;
  throw std::runtime_error(fmt::format("{}: {}", call, hipGetErrorString(status)));
}

/// Made at first use, gone before Kokkos is. Workspace of its own: the same products give the same
/// bits, and so do no atomics. Float products are float's: xf32 is asked for, never given unasked.
class Library {
 public:
  static rocblas_handle handle() {
    if (only_ == nullptr) {
      only_ = new Library;
      Kokkos::push_finalize_hook([] { delete std::exchange(only_, nullptr); });
    }
    return only_->handle_;
  }

 private:
  Library() {
    check(rocblas_create_handle(&handle_), "rocblas_create_handle");
    check(rocblas_set_stream(handle_, Execution().hip_stream()), "rocblas_set_stream");
    check(hipMalloc(&workspace_, workspace_bytes), "hipMalloc");
    check(rocblas_set_workspace(handle_, workspace_, workspace_bytes), "rocblas_set_workspace");
    check(rocblas_set_atomics_mode(handle_, rocblas_atomics_not_allowed),
          "rocblas_set_atomics_mode");
  }
  ~Library() {
    rocblas_destroy_handle(handle_);
    static_cast<void>(hipFree(workspace_));
  }

  static inline Library* only_ = nullptr;
  rocblas_handle handle_ = nullptr;
  void* workspace_ = nullptr;
};

/// Login nodes have none.
bool has_device() {
  int devices = 0;
  return hipGetDeviceCount(&devices) == hipSuccess && devices > 0;
}

hipDeviceProp_t properties() {
  int device = 0;
  hipDeviceProp_t properties;
  check(hipGetDevice(&device), "hipGetDevice");
  check(hipGetDeviceProperties(&properties, device), "hipGetDeviceProperties");
  return properties;
}

/// rocBLAS stores by columns: our row-major c = a b is its c^T = b^T a^T.
template <class Real, class Blas>
void call_blas(Blas* blas, const Gemm& call, const Real* a, const Real* b, Real* c) {
  const auto count = [](Index value) { return narrow<int>(value, "a matrix dimension"); };
  const auto op = [](bool transpose) {
    return transpose ? rocblas_operation_transpose : rocblas_operation_none;
  };
  const Real scale = static_cast<Real>(call.alpha), keep = static_cast<Real>(call.beta);
  check(blas(Library::handle(), op(call.transpose_b), op(call.transpose_a), count(call.n),
             count(call.m), count(call.k), &scale, b, count(call.row_b), a, count(call.row_a),
             &keep, c, count(call.row_c)),
        "rocblas gemm");
}

std::string name() {
  return fmt::format("rocBLAS {}.{}.{}", ROCBLAS_VERSION_MAJOR, ROCBLAS_VERSION_MINOR,
                     ROCBLAS_VERSION_PATCH);
}

}  // namespace

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  call_blas(rocblas_sgemm, call, a, b, c);
}
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  call_blas(rocblas_dgemm, call, a, b, c);
}

std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape&, Index) {
  return nullptr;
}

std::string library(float) { return name(); }
std::string library(double) { return name(); }

std::string device() { return has_device() ? properties().name : "no HIP device here"; }
double device_memory() {
  return has_device() ? static_cast<double>(properties().totalGlobalMem) : 0.0;
}

void* allocate_stage(std::size_t bytes) {
  void* stage = nullptr;
  check(hipHostMalloc(&stage, bytes, hipHostMallocDefault), "hipHostMalloc");
  return stage;
}
void free_stage(void* stage) { static_cast<void>(hipHostFree(stage)); }

}  // namespace catapult::backend
