#include "spectra/matrix_operator.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "linalg/element_loops.hpp"

namespace catapult {
namespace {

/// Row v <- the unit vector whose one is at column first + v, where there is such a column.
void set_units(const Matrix<double>& units, Index first) {
  for_elements(
      "unit_vectors", static_cast<Index>(units.extent(0)), static_cast<Index>(units.extent(1)),
      KOKKOS_LAMBDA(Index v, Index i) { units(v, i) = i == first + v ? 1.0 : 0.0; });
}

}  // namespace

MatrixOperator matrix_of(const SymmetricOperator<double>& op) {
  const Index local = op.local_size();
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(local)));
  std::vector<Index> counts(static_cast<std::size_t>(op.ranks().size()));
  op.ranks().all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  const Index first = std::accumulate(counts.begin(), counts.begin() + op.ranks().rank(), Index{0});
  SpreadMatrix matrix(op.ranks(), local, local);
  const Vector<double> room("unit_vectors", std::min(vectors_at_once, size) * local);
  for (Index begin = 0; begin < size; begin += vectors_at_once) {
    const Index vectors = std::min(vectors_at_once, size - begin);
    const Matrix<double> units(room.data(), vectors, local);
    set_units(units, begin - first);
    op.apply(units, Matrix<double>(matrix.by_columns().data() + begin * local, vectors, local));
  }
  return MatrixOperator(std::move(matrix));
}

}  // namespace catapult
