#include "spectra/matrix_operator.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace catapult {
namespace {

constexpr Index block_size = 64;  // vectors multiplied at once

}  // namespace

MatrixOperator matrix_of(const SymmetricOperator& op) {
  const Index local = op.local_size();
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(local)));
  std::vector<Index> counts(static_cast<std::size_t>(op.ranks().size()));
  op.ranks().all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  const Index first = std::accumulate(counts.begin(), counts.begin() + op.ranks().rank(), Index{0});
  SpreadMatrix matrix(op.ranks(), local, local);
  double* columns = matrix.begin_write();
  for (Index begin = 0; begin < size; begin += block_size) {
    const Index vectors = std::min(block_size, size - begin);
    std::vector<double> units(static_cast<std::size_t>(vectors * local), 0.0);
    for (Index v = 0; v < vectors; ++v) {
      const Index at = begin + v - first;
      if (at >= 0 && at < local) units[static_cast<std::size_t>(v * local + at)] = 1.0;
    }
    op.apply(units.data(), columns + begin * local, vectors);
  }
  matrix.end_write(columns);
  return MatrixOperator(std::move(matrix));
}

}  // namespace catapult
