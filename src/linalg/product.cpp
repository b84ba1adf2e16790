#include "linalg/product.hpp"

#include <algorithm>
#include <stdexcept>

#include "linalg/backend.hpp"
#include "linalg/element_loops.hpp"
#include "linalg/library_call.hpp"

namespace catapult {
namespace {

double flops_so_far = 0.0;

template <class Real>
Gemm call_of(Op op_a, Op op_b, double alpha, const MatrixRef<const Real>& a,
             const MatrixRef<const Real>& b, double beta, const MatrixRef<Real>& c) {
  const auto extent = [](const auto& view, int i) { return static_cast<Index>(view.extent(i)); };
  const auto row = [](const auto& view) {
    return std::max<Index>(1, static_cast<Index>(view.stride(0)));
  };
  const bool turn_a = op_a == Op::transpose, turn_b = op_b == Op::transpose;
  const Gemm call{
      turn_a, turn_b, alpha, beta, extent(c, 0), extent(c, 1), extent(a, turn_a ? 0 : 1),
      row(a), row(b), row(c)};
  if (extent(a, turn_a ? 1 : 0) != call.m || extent(b, turn_b ? 0 : 1) != call.n ||
      extent(b, turn_b ? 1 : 0) != call.k) {
    throw std::logic_error("gemm: shapes do not agree");
  }
  return call;
}

template <class Real>
void scale_matrix(double factor, const MatrixRef<Real>& c) {
  for_elements(
      "scale_matrix", c.extent(0), c.extent(1), KOKKOS_LAMBDA(Index row, Index column) {
        Real& entry = c(row, column);
        entry = factor == 0.0 ? Real(0) : static_cast<Real>(factor * entry);
      });
}

template <class Real>
void checked_gemm(Op op_a, Op op_b, double alpha, const MatrixRef<const Real>& a,
                  const MatrixRef<const Real>& b, double beta, const MatrixRef<Real>& c) {
  const Gemm call = call_of(op_a, op_b, alpha, a, b, beta, c);
  if (call.m == 0 || call.n == 0) return;
  if (call.k == 0) return scale_matrix(beta, c);
  const double flops =
      2.0 * static_cast<double>(call.m) * static_cast<double>(call.n) * static_cast<double>(call.k);
  call_library(flops, [&] { backend::gemm(call, a.data(), b.data(), c.data()); });
}

Index gram_panel(Index rows) { return std::max<Index>(64, (rows + 7) / 8); }

/// Panels of rows, each times all rows up to its end; the upper triangle is their mirror image.
template <class Real>
void gram_by_panels(double alpha, const MatrixRef<const Real>& x, double beta,
                    const MatrixRef<Real>& gram) {
  const Index rows = static_cast<Index>(x.extent(0));
  const Index panel = gram_panel(rows);
  for (Index begin = 0; begin < rows; begin += panel) {
    const Index end = std::min(rows, begin + panel);
    const MatrixRef<const Real> mine = Kokkos::subview(x, std::pair(begin, end), Kokkos::ALL);
    const MatrixRef<const Real> before = Kokkos::subview(x, std::pair(Index{0}, end), Kokkos::ALL);
    const MatrixRef<Real> part =
        Kokkos::subview(gram, std::pair(begin, end), std::pair(Index{0}, end));
    checked_gemm<Real>(Op::none, Op::transpose, alpha, mine, before, beta, part);
  }
  mirror_lower(gram);
}

}  // namespace

void gemm(Op op_a, Op op_b, double alpha, MatrixRef<const float> a, MatrixRef<const float> b,
          double beta, MatrixRef<float> c) {
  checked_gemm(op_a, op_b, alpha, a, b, beta, c);
}
void gemm(Op op_a, Op op_b, double alpha, MatrixRef<const double> a, MatrixRef<const double> b,
          double beta, MatrixRef<double> c) {
  checked_gemm(op_a, op_b, alpha, a, b, beta, c);
}
void gram(double alpha, MatrixRef<const float> x, double beta, MatrixRef<float> gram) {
  gram_by_panels(alpha, x, beta, gram);
}
void gram(double alpha, MatrixRef<const double> x, double beta, MatrixRef<double> gram) {
  gram_by_panels(alpha, x, beta, gram);
}

double gram_flops(Index rows, Index features) {
  double flops = 0.0;
  for (Index begin = 0; begin < rows; begin += gram_panel(rows)) {
    const Index end = std::min(rows, begin + gram_panel(rows));
    flops += 2.0 * static_cast<double>((end - begin) * end) * static_cast<double>(features);
  }
  return flops;
}

double counted_flops() { return flops_so_far; }
void count_flops(double flops) { flops_so_far += flops; }

std::string product_library(float) { return backend::library(float{}); }
std::string product_library(double) { return backend::library(double{}); }
std::string device_name() { return backend::device(); }
double device_memory() { return backend::device_memory(); }

}  // namespace catapult
