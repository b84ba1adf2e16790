// The neural tangent kernel of a network at one theta, as an operator.
// defines: NtkOperator, kernel_normalization
#pragma once

#include "model/loss.hpp"
#include "model/network.hpp"
#include "spectra/operator.hpp"

namespace catapult {

/// Theta = J J^T / (k N): the one place where the kernel's normalization is decided. With it
/// gradient descent on L = 1/(2kN) sum (f - y)^2 is stable on the linearized network for
/// eta < 2/lambda, and lambda is also the largest eigenvalue of the Fisher information.
inline double kernel_normalization(Index samples, Index outputs) {
  return 1.0 / (static_cast<double>(samples) * static_cast<double>(outputs));
}

/// Theta v, matrix-free; of another loss than the mean squared error B^T J J^T B v, whose
/// eigenvalues are those of the Gauss-Newton matrix J^T (d^2 L/df^2) J (apply_loss_root). Vector
/// index = sample * outputs + output; every rank holds whole samples: those of its sample rank are
/// spread over its width ranks. Refers to the network, theta and tape given; prepare_kernel must
/// have run on the tape.
template <class Real>
class NtkOperator final : public SymmetricOperator<double> {
 public:
  /// `samples`: of all ranks together; y: this rank's targets, which the mean squared error does
  /// not look at. Collective.
  NtkOperator(const Network<Real>& network, const Vector<const Real>& theta, Tape<Real>& tape,
              Index samples, const Loss& loss = {}, const Matrix<Real>& y = {});

  const Communicator& ranks() const override { return network_.grid().all; }
  Index local_size() const override { return counts_[own_]; }
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const override;

 private:
  const Network<Real>& network_;
  Vector<const Real> theta_;
  Tape<Real>& tape_;
  Loss loss_;
  Matrix<Real> y_;
  double normalization_;
  std::size_t own_;            ///< this width rank
  std::vector<Index> counts_;  ///< elements of a vector on each width rank
  Index before_ = 0;           ///< elements on the width ranks before this one
};

}  // namespace catapult
