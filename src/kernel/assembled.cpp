#include "kernel/assembled.hpp"

#include "kernel/ntk.hpp"
#include "linalg/exchange.hpp"

namespace catapult {
namespace {

/// One vector an output: e_i at every sample, (outputs * samples, outputs).
template <class Real>
Matrix<Real> unit_vectors(Index samples, Index outputs) {
  const Matrix<Real> vectors("unit_vectors", outputs * samples, outputs);
  Kokkos::parallel_for(
      "unit_vectors", Range1(0, outputs * samples),
      KOKKOS_LAMBDA(Index row) { vectors(row, row / samples) = Real(1); });
  return vectors;
}

/// Rows of the kernel that belong to `columns` of the samples, as (outputs, samples, outputs,
/// columns): this rank's neurons only.
template <class Real>
Vector<Real> panel_of(const Network<Real>& network, Tape<Real>& tape, const Block& columns) {
  const Index k = network.outputs(), samples = tape.samples, width = columns.size();
  const Vector<Real> panel("kernel_panel", k * samples * k * width);
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < k; ++j) {
      Real* begin = panel.data() + (i * samples * k + j) * width;
      network.add_kernel_block(tape, i, j, columns, matrix_over(begin, samples, width, k * width));
    }
  }
  return panel;
}

/// Panel (i, sample, j, column) into PETSc's local rows, stored by columns: row = column * k + j,
/// column = sample * k + i.
template <class Real>
void store_panel(const HostVector<Real>& panel, Index k, Index samples, Index width, double scale,
                 double* local) {
  const Index rows = width * k;
  for (Index i = 0; i < k; ++i) {
    for (Index sample = 0; sample < samples; ++sample) {
      for (Index j = 0; j < k; ++j) {
        const Real* from = panel.data() + ((i * samples + sample) * k + j) * width;
        double* to = local + (sample * k + i) * rows + j;
        for (Index column = 0; column < width; ++column) {
          to[column * k] = scale * static_cast<double>(from[column]);
        }
      }
    }
  }
}

}  // namespace

AssembledKernel::AssembledKernel(const Communicator& ranks, OwnedMat matrix)
    : ranks_(ranks), matrix_(std::move(matrix)) {
  PetscInt rows = 0, columns = 0;
  petsc_check(MatGetLocalSize(matrix_.get(), &rows, &columns), "MatGetLocalSize");
  local_size_ = rows;
}

void AssembledKernel::apply(const double* x, double* y, Index vectors) const {
  const auto rows = static_cast<PetscInt>(local_size_);
  for (Index v = 0; v < vectors; ++v) {
    OwnedVec from, to;
    petsc_check(VecCreateMPIWithArray(ranks_.get(), 1, rows, PETSC_DETERMINE, x + v * local_size_,
                                      from.put()),
                "VecCreateMPIWithArray");
    petsc_check(VecCreateMPIWithArray(ranks_.get(), 1, rows, PETSC_DETERMINE, y + v * local_size_,
                                      to.put()),
                "VecCreateMPIWithArray");
    petsc_check(MatMult(matrix_.get(), from.get(), to.get()), "MatMult");
  }
}

template <class Real>
AssembledKernel assemble_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                                Tape<Real>& tape) {
  const Communicator& width = network.grid().width;
  const Index k = network.outputs(), samples = tape.samples;
  const Matrix<Real> units = unit_vectors<Real>(samples, k);  // the tape refers to them below
  network.pullback(theta, tape, units, {});

  const Block mine = block_of(samples, width.size(), width.rank());
  const auto rows = narrow<PetscInt>(mine.size() * k, "the number of kernel rows of a rank");
  const auto all = narrow<PetscInt>(samples * k, "the number of kernel rows");
  OwnedMat matrix;
  petsc_check(MatCreateDense(width.get(), rows, rows, all, all, nullptr, matrix.put()),
              "MatCreateDense");
  for (int owner = 0; owner < width.size(); ++owner) {
    const Block columns = block_of(samples, width.size(), owner);
    const auto partial = to_host(panel_of(network, tape, columns));
    HostVector<Real> panel("kernel_panel", width.rank() == owner ? partial.extent(0) : 0);
    width.reduce(partial.data(), panel.data(), static_cast<Index>(partial.extent(0)), owner);
    if (width.rank() != owner) continue;
    double* local = nullptr;
    petsc_check(MatDenseGetArrayWrite(matrix.get(), &local), "MatDenseGetArrayWrite");
    store_panel(panel, k, samples, columns.size(), kernel_normalization(samples, k), local);
    petsc_check(MatDenseRestoreArrayWrite(matrix.get(), &local), "MatDenseRestoreArrayWrite");
  }
  petsc_check(MatAssemblyBegin(matrix.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
  petsc_check(MatAssemblyEnd(matrix.get(), MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
  return AssembledKernel(width, std::move(matrix));
}

template AssembledKernel assemble_kernel(const Network<float>&, const Vector<const float>&,
                                         Tape<float>&);
template AssembledKernel assemble_kernel(const Network<double>&, const Vector<const double>&,
                                         Tape<double>&);

}  // namespace catapult
