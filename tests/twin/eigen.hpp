// The eigenbasis of a small kernel, by LAPACK on every rank.
// defines: eigenbasis_of
#pragma once

#include "harness/products.hpp"
#include "linalg/symmetric_eigen.hpp"
#include "twin/eigenbasis.hpp"

namespace catapult::testing {

/// Collective over the operator's ranks.
inline EigenBasis eigenbasis_of(const SymmetricOperator<double>& op) {
  const Communicator& ranks = op.ranks();
  const Index local = op.local_size();
  std::vector<Index> counts(static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(&local, counts.data(), std::vector<Index>(counts.size(), 1));
  Index size = 0, before = 0;
  for (int rank = 0; rank < ranks.size(); ++rank) {
    if (rank == ranks.rank()) before = size;
    size += counts[static_cast<std::size_t>(rank)];
  }
  // All unit vectors as one block.
  const auto at = [&](Index vector, Index i) {
    return static_cast<std::size_t>(vector * local + i);
  };
  std::vector<double> units(static_cast<std::size_t>(size * local));
  for (Index i = 0; i < local; ++i) units[at(before + i, i)] = 1.0;
  const std::vector<double> products = product_of(op, units, local, size);
  std::vector<double> matrix(static_cast<std::size_t>(size * size));
  for (Index row = 0; row < size; ++row) {
    ranks.all_gather(products.data() + row * local, matrix.data() + row * size, counts);
  }
  std::vector<double> values = symmetric_eigen(matrix, size), mine;
  for (Index mode = 0; mode < size; ++mode) {
    const auto begin = matrix.begin() + mode * size + before;
    mine.insert(mine.end(), begin, begin + local);
  }
  return EigenBasis(ranks, std::move(values), std::move(mine));
}

}  // namespace catapult::testing
