// The whole kernel as a distributed dense matrix: the plain reference, and for whole spectra.
// defines: AssembledKernel, assemble_kernel
#pragma once

#include "kernel/operator.hpp"
#include "kernel/petsc_objects.hpp"
#include "model/network.hpp"

namespace catapult {

/// Theta (k N, k N) with rows spread over the ranks, whole samples each (PETSc dense matrix).
class AssembledKernel final : public SymmetricOperator {
 public:
  AssembledKernel(const Communicator& ranks, OwnedMat matrix);

  const Communicator& ranks() const override { return ranks_; }
  Index local_size() const override { return local_size_; }
  void apply(const double* x, double* y, Index vectors) const override;

  Mat matrix() const { return matrix_.get(); }

 private:
  Communicator ranks_;
  OwnedMat matrix_;
  Index local_size_ = 0;
};

/// Theta of `network` at the theta of the tape (forward and prepare_kernel done, Gram matrices
/// kept by every layer). Sum over layers of Gram matrix of the inputs times Gram matrix of the
/// errors: Theta = sum_l G_l o (D_l D_l^T) / (k N). Each rank keeps its rows only; panels are
/// summed over the width ranks one owner at a time. Needs all samples on every rank.
template <class Real>
AssembledKernel assemble_kernel(const Network<Real>& network, const Vector<const Real>& theta,
                                Tape<Real>& tape);

}  // namespace catapult
