// A symmetric operator on vectors spread over ranks: all that an eigensolver needs to know.
// defines: SymmetricOperator
#pragma once

#include "base/communicator.hpp"

namespace catapult {

/// y = A x for symmetric positive semidefinite A. Vectors are spread over the ranks in contiguous
/// pieces of local_size() elements, rank by rank.
class SymmetricOperator {
 public:
  virtual ~SymmetricOperator() = default;

  virtual const Communicator& ranks() const = 0;
  virtual Index local_size() const = 0;

  /// A block of vectors, each local_size() elements, one after another. Collective.
  virtual void apply(const double* x, double* y, Index vectors) const = 0;
};

}  // namespace catapult
