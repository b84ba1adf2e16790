// Dense products, the only door to oneDNN and BLAS.
// defines: Op, gemm, gram, gram_flops, counted_flops, gemm_library
#pragma once

#include <string>

#include "linalg/views.hpp"

namespace catapult {

enum class Op { none, transpose };

/// c <- alpha op_a(a) op_b(b) + beta c, row-major, any row strides. beta = 0 ignores what c held.
/// float: oneDNN where it was found, else BLAS; double: BLAS.
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
std::string gemm_library(float);
std::string gemm_library(double);

}  // namespace catapult
