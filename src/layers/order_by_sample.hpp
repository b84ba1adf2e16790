// From vector by vector to sample by sample, as terms of the assembled kernel lie.
// defines: order_by_sample
#pragma once

#include "linalg/element_loops.hpp"

namespace catapult {

/// Row sample * vectors + v of `to` <- row v * samples + sample of `from`.
template <class Real>
void order_by_sample(const MatrixRef<const Real>& from, Index vectors, const MatrixRef<Real>& to) {
  const auto rows = static_cast<Index>(from.extent(0)),
             columns = static_cast<Index>(from.extent(1));
  const Index samples = rows / vectors;
  for_elements(
      "order_by_sample", rows, columns, KOKKOS_LAMBDA(Index row, Index column) {
        to(row, column) = from((row % vectors) * samples + row / vectors, column);
      });
}

}  // namespace catapult
