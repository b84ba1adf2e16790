// A dense matrix whose rows are spread over ranks.
// defines: SpreadMatrix
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "linalg/views.hpp"
#include "spectra/petsc_objects.hpp"

namespace catapult {

/// Dense, in double precision, a PETSc matrix (MPIDENSE). Vectors are spread over the ranks in
/// contiguous pieces, rank by rank.
class SpreadMatrix {
 public:
  /// Zeros; `rows` and `columns` are this rank's. Throws UsageError where PETSc's integers are too
  /// small for it. Collective.
  SpreadMatrix(const Communicator& ranks, Index rows, Index columns);

  const Communicator& ranks() const { return ranks_; }
  Index local_rows() const { return local_rows_; }
  Index columns() const { return columns_; }  ///< of all ranks
  Mat get() const { return matrix_.get(); }

  /// This rank's rows by columns: element (row, column) at [column * local_rows + row].
  /// To be given back by end_write(), on all ranks.
  double* begin_write();
  void end_write(double* local);

  /// y = A x for a block of vectors, one after another. Collective.
  void apply(const double* x, double* y, Index vectors) const;

 private:
  Communicator ranks_;
  OwnedMat matrix_;
  Index local_rows_ = 0;
  Index columns_ = 0;
  std::vector<Index> counts_;  ///< elements of x on each rank
};

}  // namespace catapult
