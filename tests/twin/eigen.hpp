// The eigenbasis of a small kernel, by LAPACK on every rank.
// defines: eigenbasis_of
#pragma once

#include "linalg/symmetric_eigen.hpp"
#include "twin/eigenbasis.hpp"

namespace catapult::testing {

/// Collective over the operator's ranks.
inline EigenBasis eigenbasis_of(const SymmetricOperator& op) {
  const Communicator& ranks = op.ranks();
  const Index local = op.local_size();
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  Index size = 0, before = 0;
  for (int rank = 0; rank < ranks.size(); ++rank) {
    if (rank == ranks.rank()) before = size;
    size += counts[static_cast<std::size_t>(rank)];
  }
  std::vector<double> matrix(static_cast<std::size_t>(size * size));
  for (Index row = 0; row < size; ++row) {
    std::vector<double> unit(static_cast<std::size_t>(local)), product(unit.size());
    if (row >= before && row < before + local) unit[static_cast<std::size_t>(row - before)] = 1.0;
    op.apply(unit.data(), product.data(), 1);
    ranks.all_gather(product.data(), matrix.data() + row * size, counts);
  }
  std::vector<double> values = symmetric_eigen(matrix, size), mine;
  for (Index mode = 0; mode < size; ++mode) {
    const auto begin = matrix.begin() + mode * size + before;
    mine.insert(mine.end(), begin, begin + local);
  }
  return EigenBasis(ranks, std::move(values), std::move(mine));
}

}  // namespace catapult::testing
