// A symmetric operator that is held as a matrix.
// defines: MatrixOperator, matrix_of
#pragma once

#include <utility>

#include "spectra/operator.hpp"
#include "spectra/spread_matrix.hpp"

namespace catapult {

/// A square, symmetric matrix (n, n), rows spread over the ranks as the vectors are.
class MatrixOperator final : public SymmetricOperator<double> {
 public:
  explicit MatrixOperator(SpreadMatrix matrix) : matrix_(std::move(matrix)) {}

  const Communicator& ranks() const override { return matrix_.ranks(); }
  Index local_size() const override { return matrix_.local_rows(); }
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const override {
    matrix_.apply(x, y);
  }

  const SpreadMatrix& matrix() const { return matrix_; }

 private:
  SpreadMatrix matrix_;
};

/// The matrix of `op`, column by column: its products with the unit vectors. Throws UsageError
/// where PETSc's integers are too small. Collective.
MatrixOperator matrix_of(const SymmetricOperator<double>& op);

}  // namespace catapult
