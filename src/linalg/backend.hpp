// What the libraries behind this room do for it: exactly one of the files backend_*.cpp is
// compiled, as CMake finds fit. For the files of this room alone.
// defines: Gemm, ConvolutionEngine, backend
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/integer.hpp"
#include "linalg/convolution_shape.hpp"

namespace catapult {

/// c (m, n) <- alpha a (m, k) b (k, n) + beta c, row-major, a and b as they are or transposed;
/// row_x elements from one stored row of x to the next. No size is zero. beta = 0 ignores what c
/// held.
struct Gemm {
  bool transpose_a, transpose_b;
  double alpha, beta;
  Index m, n, k;
  Index row_a, row_b, row_c;
};

/// The maps of Convolution (convolution.hpp) on so many images of one shape, at least one with at
/// least one window. Null pointers: no bias. `scratch` holds scratch_size() numbers.
class ConvolutionEngine {
 public:
  virtual ~ConvolutionEngine() = default;
  virtual Index scratch_size() const = 0;
  virtual void forward(double alpha, const float* x, const float* w, double bias_factor,
                       const float* bias, double beta, float* z, float* scratch) = 0;
  virtual void backward_data(double alpha, const float* z, const float* w, float* x,
                             float* scratch) = 0;
  virtual void backward_weights(double alpha, const float* x, const float* z, double beta, float* w,
                                double bias_factor, float* bias, float* scratch) = 0;
};

namespace backend {

/// In order with the kernels of the default execution space: nothing is waited for. The same
/// operands give the same bits every time; float products are computed in float.
void gemm(const Gemm& call, const float* a, const float* b, float* c);
void gemm(const Gemm& call, const double* a, const double* b, double* c);

/// Float convolutions, in order with kernels as products are; null where the library has none that
/// are worth it.
std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape& shape, Index images);

/// "oneDNN 2.6.3", for reports.
std::string library(float);
std::string library(double);

/// What kernels run on: "host", "NVIDIA H100 80GB HBM3".
std::string device();
/// Bytes of its memory; 0 where that is the host's.
double device_memory();

/// Host memory that copies to and from the device reach fastest. Throws std::bad_alloc.
void* allocate_stage(std::size_t bytes);
void free_stage(void* stage);

}  // namespace backend
}  // namespace catapult
