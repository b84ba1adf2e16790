// Gram matrices of the samples, spread over a grid.
// defines: add_sample_gram, finish_sample_gram
#pragma once

#include "base/grid.hpp"
#include "linalg/exchange.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

/// gram (samples of this rank, all samples) <- factor X X^T + beta gram, of the features in x
/// (samples of this rank, features) alone. `storage`: room for the rows of all sample ranks.
template <class Real>
void add_sample_gram(const Communicator& sample_ranks, double factor,
                     const MatrixRef<const Real>& x, double beta, Vector<Real>& storage,
                     const Matrix<Real>& products) {
  if (sample_ranks.size() == 1) return gram(factor, x, beta, products);
  const auto samples = static_cast<Index>(products.extent(1));
  const auto width = static_cast<Index>(x.extent(1)), own = static_cast<Index>(x.size());
  const Vector<Real> room = room_for(storage, own + samples * width);
  const MatrixRef<Real> contiguous =
      matrix_over(room.data(), static_cast<Index>(x.extent(0)), width);
  copy_elements(contiguous, x);
  const Vector<Real> all = Kokkos::subview(room, std::pair(own, own + samples * width));
  gemm(Op::none, Op::transpose, factor, x,
       gather_rows<Real>(sample_ranks, contiguous, samples, all), beta, products);
}

/// Sums it over the width ranks, each of which has added its features; `offset` joins every
/// element.
template <class Real>
void finish_sample_gram(const Communicator& width_ranks, double offset,
                        const Matrix<Real>& products) {
  const Vector<Real> elements(products.data(), products.size());
  sum_over(width_ranks, elements);
  if (offset == 0.0) return;
  const Real more = static_cast<Real>(offset);
  Kokkos::parallel_for(
      "add_to_all", Range1(0, static_cast<Index>(elements.extent(0))),
      KOKKOS_LAMBDA(Index i) { elements(i) += more; });
}

}  // namespace catapult
