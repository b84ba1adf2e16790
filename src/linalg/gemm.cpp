#include "linalg/gemm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#ifdef CATAPULT_HAVE_ONEDNN
#include <oneapi/dnnl/dnnl.h>
#endif

static_assert(
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, catapult::Device::memory_space>::accessible,
    "dense products of this room run on the host; a device needs its BLAS here");

extern "C" {
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
            const double*, const int*, const double*, const int*, const double*, double*,
            const int*);
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*,
            const float*, const int*, const float*, const int*, const float*, float*, const int*);
}

namespace catapult {
namespace {

double flops_so_far = 0.0;

/// Sizes of c (m, n) = op(a) (m, k) op(b) (k, n) and distances between stored rows.
struct Shape {
  Index m, n, k, row_a, row_b, row_c;
};

template <class Real>
Shape shape_of(Op op_a, Op op_b, const MatrixRef<const Real>& a, const MatrixRef<const Real>& b,
               const MatrixRef<Real>& c) {
  const auto extent = [](const auto& view, int i) { return static_cast<Index>(view.extent(i)); };
  const auto row = [](const auto& view) {
    return std::max<Index>(1, static_cast<Index>(view.stride(0)));
  };
  const bool turn_a = op_a == Op::transpose, turn_b = op_b == Op::transpose;
  const Shape s{extent(c, 0), extent(c, 1), extent(a, turn_a ? 0 : 1), row(a), row(b), row(c)};
  if (extent(a, turn_a ? 1 : 0) != s.m || extent(b, turn_b ? 0 : 1) != s.n ||
      extent(b, turn_b ? 1 : 0) != s.k) {
    throw std::logic_error("gemm: shapes do not agree");
  }
  return s;
}

char letter(Op op) { return op == Op::transpose ? 'T' : 'N'; }

/// BLAS stores by columns: our row-major c = a b is its c^T = b^T a^T.
template <class Real, class Blas>
void call_blas(Blas* blas, Op op_a, Op op_b, double alpha, const MatrixRef<const Real>& a,
               const MatrixRef<const Real>& b, double beta, const MatrixRef<Real>& c,
               const Shape& s) {
  const auto count = [](Index value) { return narrow<int>(value, "a matrix dimension"); };
  const int m = count(s.n), n = count(s.m), k = count(s.k);
  const int row_a = count(s.row_a), row_b = count(s.row_b), row_c = count(s.row_c);
  const char first = letter(op_b), second = letter(op_a);
  const Real scale = static_cast<Real>(alpha), keep = static_cast<Real>(beta);
  blas(&first, &second, &m, &n, &k, &scale, b.data(), &row_b, a.data(), &row_a, &keep, c.data(),
       &row_c);
}

void multiply(Op op_a, Op op_b, double alpha, const MatrixRef<const double>& a,
              const MatrixRef<const double>& b, double beta, const MatrixRef<double>& c,
              const Shape& s) {
  call_blas(dgemm_, op_a, op_b, alpha, a, b, beta, c, s);
}

void multiply(Op op_a, Op op_b, double alpha, const MatrixRef<const float>& a,
              const MatrixRef<const float>& b, double beta, const MatrixRef<float>& c,
              const Shape& s) {
#ifdef CATAPULT_HAVE_ONEDNN
  const auto status =
      dnnl_sgemm(letter(op_a), letter(op_b), s.m, s.n, s.k, static_cast<float>(alpha), a.data(),
                 s.row_a, b.data(), s.row_b, static_cast<float>(beta), c.data(), s.row_c);
  if (status != dnnl_success) throw std::runtime_error("dnnl_sgemm failed");
#else
  call_blas(sgemm_, op_a, op_b, alpha, a, b, beta, c, s);
#endif
}

template <class Real>
void scale_matrix(double factor, const MatrixRef<Real>& c) {
  const Index columns = static_cast<Index>(c.extent(1));
  Kokkos::parallel_for(
      "scale_matrix", Range1(0, static_cast<Index>(c.extent(0)) * columns), KOKKOS_LAMBDA(Index i) {
        Real& entry = c(i / columns, i % columns);
        entry = factor == 0.0 ? Real(0) : static_cast<Real>(factor * entry);
      });
}

template <class Real>
void checked_gemm(Op op_a, Op op_b, double alpha, const MatrixRef<const Real>& a,
                  const MatrixRef<const Real>& b, double beta, const MatrixRef<Real>& c) {
  const Shape s = shape_of(op_a, op_b, a, b, c);
  if (s.m == 0 || s.n == 0) return;
  if (s.k == 0) return scale_matrix(beta, c);
  multiply(op_a, op_b, alpha, a, b, beta, c, s);
  flops_so_far +=
      2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k);
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
  Kokkos::parallel_for(
      "gram_mirror", Range1(0, rows * rows), KOKKOS_LAMBDA(Index i) {
        const Index row = i / rows, column = i % rows;
        if (column > row) gram(row, column) = gram(column, row);
      });
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

std::string gemm_library(double) { return "BLAS"; }
std::string gemm_library(float) {
#ifdef CATAPULT_HAVE_ONEDNN
  const dnnl_version_t* version = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
#else
  return "BLAS";
#endif
}

}  // namespace catapult
