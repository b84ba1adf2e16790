// The linear twin of full-batch training: a kernel product a step.
// defines: LinearTwin
#pragma once

#include "twin/tangent_space.hpp"
#include "twin/twin.hpp"

namespace catapult {

/// Training on one batch never leaves the span of the rows of J(theta_0), theta_0 and v_0, so the
/// displacement is kept in these coordinates. A step is the matrix-free kernel product (errors
/// back, tangents forth through the caches of theta_0, Gram matrices between them): no forward
/// pass, no gradient is formed. Held as a matrix the kernel is read once a step instead. Parameters
/// and test outputs come by one pullback when asked for. In double precision apart from the kernel
/// itself.
template <class Real>
class LinearTwin final : public Twin<Real> {
 public:
  /// Takes theta_0 and the velocity of `state` over, and continues from its `functions` if there
  /// are. batch: the full batch, this rank's rows. Collective.
  LinearTwin(const TwinSetting<Real>& setting, TwinState<Real> state, const Samples<Real>& batch);

  Matrix<Real> evaluate(const Samples<Real>&) override { return space_.outputs(functions_.f()); }
  void step(double eta) override { functions_.step(eta); }
  bool hold_kernel() override {
    functions_.multiply_with(space_.assembled_kernel());
    return true;
  }
  Vector<Real> displacement() override {
    return space_.parameters(functions_.state().displacement);
  }
  Vector<Real> velocity() override { return space_.parameters(functions_.state().velocity); }
  TwinState<Real> state() const override;
  Score test_score() override;

 private:
  TwinState<Real> fork_;  ///< theta_0 and v_0
  TaylorModel<Real> model_;
  TangentSpace<Real> space_;
  FunctionTwin functions_;
};

}  // namespace catapult
