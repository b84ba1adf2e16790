// The Taylor model of a network about one theta.
// defines: TwinKind, name_of, TaylorModel
#pragma once

#include "model/network.hpp"
#include "train/evaluator.hpp"

namespace catapult {

enum class TwinKind {
  linear,     ///< f_0 + J d
  quadratic,  ///< f_0 + J d + 1/2 d^T H d
};

/// "linear", "quadratic"
const char* name_of(TwinKind kind);

/// f(theta_0 + d) to first or second order in d. Works on tapes whose forward pass at theta_0 is
/// done. All maps are collective over the network's grid.
template <class Real>
class TaylorModel {
 public:
  /// Refers to the network. theta_0 is not copied and must stay as it is.
  TaylorModel(const Network<Real>& network, TwinKind kind, const Vector<const Real>& theta_0)
      : network_(network), kind_(kind), theta_0_(theta_0) {}

  const Network<Real>& network() const { return network_; }
  const Vector<const Real>& theta_0() const { return theta_0_; }

  /// f (samples, outputs) <- the model at theta_0 + d.
  void evaluate(Tape<Real>& tape, const Vector<const Real>& d, const Matrix<Real>& f) const;

  /// (d f / d d)^T cotangent: J^T cotangent, and (H d)^T cotangent with it in the quadratic model.
  /// `gradient` may be d itself. After evaluate() at the same tape and d.
  void pullback(Tape<Real>& tape, const Vector<const Real>& d, const Matrix<Real>& cotangent,
                const GradientTarget<Real>& gradient) const;

  /// Score at theta_0 + d: a forward pass at theta_0 and the expansion, chunk after chunk.
  Score score(Evaluator<Real>& evaluator, const Vector<const Real>& d) const;

 private:
  const Network<Real>& network_;
  TwinKind kind_;
  Vector<const Real> theta_0_;
};

}  // namespace catapult
