// A dense matrix whose rows are spread over ranks.
// defines: SpreadMatrix
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "linalg/views.hpp"
#include "spectra/petsc_objects.hpp"

namespace catapult {

/// Dense, in double precision, on the device. Vectors are spread over the ranks in contiguous
/// pieces, rank by rank. PETSc sees it as a matrix of its own (MPIDENSE): the same memory where the
/// device is the host, else a copy that is made when it is asked for.
class SpreadMatrix {
 public:
  /// Zeros; `rows` and `columns` are this rank's. Throws UsageError where PETSc's integers are too
  /// small for it. Collective.
  SpreadMatrix(const Communicator& ranks, Index rows, Index columns);

  const Communicator& ranks() const { return ranks_; }
  Index local_rows() const { return local_rows_; }
  Index columns() const { return columns_; }  ///< of all ranks

  /// (columns, local rows): this rank's rows, column by column as PETSc stores them. To be written
  /// before petsc() is called.
  const Matrix<double>& by_columns() const { return by_columns_; }
  /// Collective.
  Mat petsc() const;

  /// y (vectors, local rows) <- A x for a block of vectors x (vectors, this rank's elements).
  /// Nothing is waited for. Collective.
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const;

 private:
  Communicator ranks_;
  Index local_rows_ = 0;
  Index columns_ = 0;
  Index local_columns_ = 0;
  Matrix<double> by_columns_;
  std::vector<Index> counts_;    ///< elements of x on each rank
  mutable Vector<double> room_;  ///< for x of all ranks
  mutable HostMatrix<double> host_;
  mutable OwnedMat petsc_;
};

}  // namespace catapult
