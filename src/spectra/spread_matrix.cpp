#include "spectra/spread_matrix.hpp"

#include <numeric>

#include "linalg/product.hpp"

namespace catapult {

SpreadMatrix::SpreadMatrix(const Communicator& ranks, Index rows, Index columns)
    : ranks_(ranks), local_rows_(rows), counts_(static_cast<std::size_t>(ranks.size()), 0) {
  ranks.all_gather(&columns, counts_.data(), std::vector<Index>(counts_.size(), 1));
  columns_ = std::accumulate(counts_.begin(), counts_.end(), Index{0});
  const auto most_rows = static_cast<Index>(ranks.max(static_cast<double>(rows)));
  petsc_int(most_rows * columns_, "the number of matrix elements of a rank");
  petsc_check(
      MatCreateDense(ranks.get(), petsc_int(rows, "the number of matrix rows of a rank"),
                     petsc_int(columns, "the number of vector elements of a rank"), PETSC_DETERMINE,
                     petsc_int(columns_, "the number of matrix columns"), nullptr, matrix_.put()),
      "MatCreateDense");
}

double* SpreadMatrix::begin_write() {
  double* local = nullptr;
  petsc_check(MatDenseGetArrayWrite(matrix_.get(), &local), "MatDenseGetArrayWrite");
  return local;
}

void SpreadMatrix::end_write(double* local) {
  petsc_check(MatDenseRestoreArrayWrite(matrix_.get(), &local), "MatDenseRestoreArrayWrite");
  petsc_check(MatAssemblyBegin(matrix_.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
  petsc_check(MatAssemblyEnd(matrix_.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
}

void SpreadMatrix::apply(const double* x, double* y, Index vectors) const {
  const Index own = counts_[static_cast<std::size_t>(ranks_.rank())];
  HostMatrix<double> whole(Kokkos::view_alloc("whole_vectors", Kokkos::WithoutInitializing),
                           vectors, columns_);
  for (Index v = 0; v < vectors; ++v) {
    ranks_.all_gather(x + v * own, whole.data() + v * columns_, counts_);
  }
  const double* local = nullptr;
  petsc_check(MatDenseGetArrayRead(matrix_.get(), &local), "MatDenseGetArrayRead");
  // PETSc stores columns: its rows x columns are our (columns, rows).
  const auto transposed =
      to_device(HostMatrix<double>(const_cast<double*>(local), columns_, local_rows_));
  const HostMatrix<double> out(y, vectors, local_rows_);
  const auto product = Kokkos::create_mirror_view(Device::memory_space(), out);
  gemm(Op::none, Op::none, 1.0, MatrixRef<const double>(to_device(whole)),
       MatrixRef<const double>(transposed), 0.0, MatrixRef<double>(product));
  Kokkos::deep_copy(out, product);
  petsc_check(MatDenseRestoreArrayRead(matrix_.get(), &local), "MatDenseRestoreArrayRead");
}

}  // namespace catapult
