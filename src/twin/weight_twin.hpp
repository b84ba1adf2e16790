// A twin in weight space: its displacement from theta_0 is stepped itself.
// defines: WeightTwin
#pragma once

#include "twin/twin.hpp"

namespace catapult {

/// Linear or quadratic, for the full batch (forward caches of theta_0 are kept) or for the batches
/// of SGD (forward at theta_0 on each). A step is one pushforward (evaluate) and one pullback:
///   d <- d - eta v,  v <- gamma v + g,  g = (d f_twin / d d)^T (f_twin - y)/(k N) + l2 (theta_0 +
///   d)
/// Without momentum the pullback is fused into d.
template <class Real>
class WeightTwin final : public Twin<Real> {
 public:
  /// Takes theta_0, displacement (empty: zero) and velocity of `state` over. Collective.
  WeightTwin(TwinKind kind, const TwinSetting<Real>& setting, TwinState<Real> state);

  Matrix<Real> evaluate(const Samples<Real>& batch) override;
  void step(double eta) override;
  Vector<Real> displacement() override { return state_.displacement; }
  Vector<Real> velocity() override { return state_.velocity; }
  TwinState<Real> state() const override { return state_; }
  Score test_score() override;

 private:
  TwinState<Real> state_;
  TaylorModel<Real> model_;
  Tape<Real> tape_;
  bool forward_done_ = false;  ///< for the full batch
  Samples<Real> batch_;
  Matrix<Real> outputs_, cotangent_;
};

}  // namespace catapult
