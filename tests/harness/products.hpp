// Operators whose products are formed on the host, and products with vectors of the host.
// defines: HostOperator, product_of
#pragma once

#include <vector>

#include "spectra/operator.hpp"

namespace catapult::testing {

/// For operators of tests, which need no kernels.
class HostOperator : public SymmetricOperator<double> {
 public:
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const final {
    const auto from = to_host(x);
    const auto to = host_room(y);
    multiply(from.data(), to.data(), static_cast<Index>(x.extent(0)));
    Kokkos::deep_copy(y, to);
  }

 private:
  /// A block of vectors, one after another.
  virtual void multiply(const double* x, double* y, Index vectors) const = 0;
};

/// op times `vectors` vectors of `x`, one after another; y has as many of `rows` elements.
template <class Operator>
std::vector<double> product_of(const Operator& op, const std::vector<double>& x, Index rows,
                               Index vectors = 1) {
  const auto count = static_cast<std::size_t>(vectors);
  const Matrix<double> from("x", count, x.size() / count), to("y", vectors, rows);
  upload(x.data(), flat(from));
  op.apply(from, to);
  std::vector<double> y(to.size());
  download<double>(flat(to), y.data());
  return y;
}

}  // namespace catapult::testing
