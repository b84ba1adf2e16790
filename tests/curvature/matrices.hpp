// Operators spread over the ranks, gathered for comparison.
// defines: counts_of, matrix_by_products
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/communicator.hpp"
#include "harness/products.hpp"

namespace catapult::testing {

/// Elements that the ranks hold of a vector, rank by rank.
inline std::vector<Index> counts_of(const Communicator& ranks, Index local) {
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  return counts;
}

/// All elements by products with the unit vectors, (columns, rows), on every rank.
template <class Operator>
HostMatrix<double> matrix_by_products(const Operator& op, const Communicator& ranks, Index rows,
                                      Index columns) {
  const std::vector<Index> in = counts_of(ranks, columns), out = counts_of(ranks, rows);
  const auto total = [](const std::vector<Index>& counts) {
    return std::accumulate(counts.begin(), counts.end(), Index{0});
  };
  const Index first = std::accumulate(in.begin(), in.begin() + ranks.rank(), Index{0});
  const HostMatrix<double> whole("whole", total(in), total(out));
  std::vector<double> x(static_cast<std::size_t>(columns));
  for (Index column = 0; column < total(in); ++column) {
    std::fill(x.begin(), x.end(), 0.0);
    if (column >= first && column < first + columns)
      x[static_cast<std::size_t>(column - first)] = 1;
    const std::vector<double> y = product_of(op, x, rows);
    ranks.all_gather(y.data(), &whole(column, 0), out);
  }
  return whole;
}

}  // namespace catapult::testing
