#include "spectra/spread_matrix.hpp"

#include <numeric>

#include "linalg/exchange.hpp"
#include "linalg/product.hpp"

namespace catapult {

SpreadMatrix::SpreadMatrix(const Communicator& ranks, Index rows, Index columns)
    : ranks_(ranks),
      local_rows_(rows),
      local_columns_(columns),
      counts_(static_cast<std::size_t>(ranks.size()), 0) {
  ranks.all_gather(&columns, counts_.data(), std::vector<Index>(counts_.size(), 1));
  columns_ = std::accumulate(counts_.begin(), counts_.end(), Index{0});
  const auto most_rows = static_cast<Index>(ranks.max(static_cast<double>(rows)));
  petsc_int(most_rows * columns_, "the number of matrix elements of a rank");
  by_columns_ = Matrix<double>("matrix_by_columns", columns_, rows);
}

Mat SpreadMatrix::petsc() const {
  if (petsc_) return petsc_.get();
  host_ = to_host(by_columns_);
  petsc_check(
      MatCreateDense(ranks_.get(), petsc_int(local_rows_, "the number of matrix rows of a rank"),
                     petsc_int(local_columns_, "the number of vector elements of a rank"),
                     PETSC_DETERMINE, petsc_int(columns_, "the number of matrix columns"),
                     host_.data(), petsc_.put()),
      "MatCreateDense");
  petsc_check(MatAssemblyBegin(petsc_.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
  petsc_check(MatAssemblyEnd(petsc_.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
  return petsc_.get();
}

void SpreadMatrix::apply(const Matrix<const double>& x, const Matrix<double>& y) const {
  MatrixRef<const double> whole = x;
  if (ranks_.size() > 1) {
    const auto vectors = static_cast<Index>(x.extent(0)), own = static_cast<Index>(x.extent(1));
    const Vector<double> room = room_for(room_, vectors * columns_);
    for (Index v = 0; v < vectors; ++v) {
      all_gather(ranks_, Vector<const double>(x.data() + v * own, x.extent(1)),
                 Vector<double>(room.data() + v * columns_, static_cast<std::size_t>(columns_)),
                 counts_);
    }
    whole = matrix_over<const double>(room.data(), vectors, columns_);
  }
  gemm(Op::none, Op::none, 1.0, whole, MatrixRef<const double>(by_columns_), 0.0,
       MatrixRef<double>(y));
}

}  // namespace catapult
