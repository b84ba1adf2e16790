// Dense products on the device, the only door to the libraries that compute them.
// defines: Op, gemm, gram, gram_flops, counted_flops, product_library, device_name, device_memory
#pragma once

#include <string>

#include "linalg/views.hpp"

namespace catapult {

enum class Op { none, transpose };

/// c <- alpha op_a(a) op_b(b) + beta c, row-major, any row strides. beta = 0 ignores what c held.
/// In order with kernels, like one of them: who reads c on the host waits (to_host, a lease).
/// Throws std::logic_error where shapes do not agree.
void gemm(Op op_a, Op op_b, double alpha, MatrixRef<const float> a, MatrixRef<const float> b,
          double beta, MatrixRef<float> c);
void gemm(Op op_a, Op op_b, double alpha, MatrixRef<const double> a, MatrixRef<const double> b,
          double beta, MatrixRef<double> c);

/// gram <- alpha x x^T + beta gram, x (rows, features), gram (rows, rows) symmetric and complete
/// on return; about half the arithmetic of the plain product. gram must be symmetric if beta != 0.
void gram(double alpha, MatrixRef<const float> x, double beta, MatrixRef<float> gram);
void gram(double alpha, MatrixRef<const double> x, double beta, MatrixRef<double> gram);

/// Operations of gram().
double gram_flops(Index rows, Index features);

/// Operations of all products of this process so far, 2 m n k each.
double counted_flops();

/// Library behind products of this precision, for reports: "oneDNN 2.6.3".
std::string product_library(float);
std::string product_library(double);

/// What kernels and products run on: "host", "NVIDIA H100 80GB HBM3".
std::string device_name();
/// Bytes of the device's own memory; 0 where that is the host's.
double device_memory();

}  // namespace catapult
