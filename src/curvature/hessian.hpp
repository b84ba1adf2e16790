// The Hessian of the loss over parameters, at one theta.
// defines: LossPoint, HessianRoom, loss_cotangent_at, loss_gradient, hessian_product,
// HessianOperator
#pragma once

#include "curvature/parameter_space.hpp"
#include "model/loss.hpp"
#include "spectra/operator.hpp"

namespace catapult {

/// The loss of some samples at one theta, without L2. Refers to all that it names.
template <class Real>
struct LossPoint {
  const Network<Real>& network;
  Vector<const Real> theta;
  Tape<Real>& tape;   ///< forward done at theta
  Matrix<Real> y;     ///< (samples, outputs) of this rank
  Index samples = 0;  ///< of all ranks
  Loss loss = {};
};

/// Room that products keep between calls.
template <class Real>
struct HessianRoom {
  Matrix<Real> cotangent, first;  ///< (samples, outputs) of this rank
  Vector<Real> direction;         ///< (parameters)
};

/// dL/df (samples, outputs) of this rank, in `room`.
template <class Real>
Matrix<Real> loss_cotangent_at(const LossPoint<Real>& at, HessianRoom<Real>& room);

/// gradient <- dL/dtheta, in the network's layout. Collective over its grid.
template <class Real>
void loss_gradient(const LossPoint<Real>& at, HessianRoom<Real>& room,
                   const Vector<Real>& gradient);

/// d <- (d^2 L/dtheta^2) d, in the network's layout: J^T (d^2 L/df^2) J d + (H_f d)^T dL/df
/// (Pearlmutter, Neural Computation 6, 147, 1994). `again`: the room and the tape are as the last
/// product at this point has left them, so that dL/df need not be formed and go back through the
/// network once more. Collective over its grid.
template <class Real>
void hessian_product(const LossPoint<Real>& at, HessianRoom<Real>& room, const Vector<Real>& d,
                     bool again = false);

/// The same for eigensolvers, vectors of precision Own spread as ParameterSpace does. Refers to all
/// that it is made of, the tape's forward pass included, and to what its first product leaves there
/// for the others.
template <class Real, class Own = double>
class HessianOperator final : public SymmetricOperator<Own> {
 public:
  HessianOperator(const LossPoint<Real>& at, const ParameterSpace& space, HessianRoom<Real>& room)
      : at_(at), space_(space), room_(room) {}

  const Communicator& ranks() const override { return space_.grid().all; }
  Index local_size() const override { return space_.local_size(); }
  bool semidefinite() const override { return false; }
  void apply(const Matrix<const Own>& x, const Matrix<Own>& y) const override;

 private:
  void multiply(const Vector<const Own>& x, const Vector<Own>& y) const;

  LossPoint<Real> at_;
  const ParameterSpace& space_;
  HessianRoom<Real>& room_;
  mutable bool again_ = false;  ///< a product has been formed
};

}  // namespace catapult
