// Backend: cuBLAS on the stream of the default execution space.
#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <fmt/format.h>

#include <stdexcept>

#include "linalg/backend.hpp"
#include "linalg/memory.hpp"

static_assert(std::is_same_v<catapult::Execution, Kokkos::Cuda>,
              "this backend's products run on a CUDA device, kernels must as well");

namespace catapult::backend {
namespace {

constexpr std::size_t workspace_bytes = std::size_t{32} << 20;  // what cuBLAS asks for on Hopper

void check(cublasStatus_t status, const char* call) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw std::runtime_error(fmt::format("{}: {}", call, cublasGetStatusString(status)));
}
void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  throw std::runtime_error(fmt::format("{}: {}", call, cudaGetErrorString(status)));
}

/// Made at first use, gone before Kokkos is. Workspace of its own: the same products give the same
/// bits. No TensorFloat-32: float products are float's.
class Library {
 public:
  static cublasHandle_t handle() {
    if (only_ == nullptr) {
      only_ = new Library;
      Kokkos::push_finalize_hook([] { delete std::exchange(only_, nullptr); });
    }
    return only_->handle_;
  }

 private:
  Library() {
    check(cublasCreate(&handle_), "cublasCreate");
    check(cublasSetStream(handle_, Execution().cuda_stream()), "cublasSetStream");
    check(cudaMalloc(&workspace_, workspace_bytes), "cudaMalloc");
    check(cublasSetWorkspace(handle_, workspace_, workspace_bytes), "cublasSetWorkspace");
    check(cublasSetMathMode(handle_, CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
  }
  ~Library() {
    cublasDestroy(handle_);
    cudaFree(workspace_);
  }

  static inline Library* only_ = nullptr;
  cublasHandle_t handle_ = nullptr;
  void* workspace_ = nullptr;
};

/// Login nodes have none.
bool has_device() {
  int devices = 0;
  return cudaGetDeviceCount(&devices) == cudaSuccess && devices > 0;
}

cudaDeviceProp properties() {
  int device = 0;
  cudaDeviceProp properties;
  check(cudaGetDevice(&device), "cudaGetDevice");
  check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
  return properties;
}

/// cuBLAS stores by columns: our row-major c = a b is its c^T = b^T a^T.
template <class Real, class Blas>
void call_blas(Blas* blas, const Gemm& call, const Real* a, const Real* b, Real* c) {
  const auto count = [](Index value) { return narrow<int>(value, "a matrix dimension"); };
  const auto op = [](bool transpose) { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; };
  const Real scale = static_cast<Real>(call.alpha), keep = static_cast<Real>(call.beta);
  check(blas(Library::handle(), op(call.transpose_b), op(call.transpose_a), count(call.n),
             count(call.m), count(call.k), &scale, b, count(call.row_b), a, count(call.row_a),
             &keep, c, count(call.row_c)),
        "cublas gemm");
}

/// Also where there is no device.
std::string name() {
  int major = 0, minor = 0, patch = 0;
  check(cublasGetProperty(MAJOR_VERSION, &major), "cublasGetProperty");
  check(cublasGetProperty(MINOR_VERSION, &minor), "cublasGetProperty");
  check(cublasGetProperty(PATCH_LEVEL, &patch), "cublasGetProperty");
  return fmt::format("cuBLAS {}.{}.{}", major, minor, patch);
}

}  // namespace

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  call_blas(cublasSgemm, call, a, b, c);
}
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  call_blas(cublasDgemm, call, a, b, c);
}

std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape&, Index) {
  return nullptr;
}

std::string library(float) { return name(); }
std::string library(double) { return name(); }

std::string device() { return has_device() ? properties().name : "no CUDA device here"; }
double device_memory() {
  return has_device() ? static_cast<double>(properties().totalGlobalMem) : 0.0;
}

void* allocate_stage(std::size_t bytes) {
  void* stage = nullptr;
  check(cudaMallocHost(&stage, bytes), "cudaMallocHost");
  return stage;
}
void free_stage(void* stage) { cudaFreeHost(stage); }

}  // namespace catapult::backend
