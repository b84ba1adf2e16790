#include "twin/weight_twin.hpp"

#include "linalg/vector_ops.hpp"
#include "train/objective.hpp"

namespace catapult {

template <class Real>
WeightTwin<Real>::WeightTwin(TwinKind kind, const TwinSetting<Real>& setting, TwinState<Real> state)
    : Twin<Real>(setting),
      state_(std::move(state)),
      model_(setting.network, kind, Vector<const Real>(state_.theta_0)) {
  const Index parameters = setting.network.parameters();
  if (state_.displacement.size() == 0) {
    state_.displacement = Vector<Real>("displacement", parameters);
  }
  if (setting.train.momentum != 0.0 && state_.velocity.size() == 0) {
    state_.velocity = Vector<Real>("velocity", parameters);
  }
}

template <class Real>
Matrix<Real> WeightTwin<Real>::evaluate(const Samples<Real>& batch) {
  const Network<Real>& network = this->setting_.network;
  if (tape_.samples != batch.size() || outputs_.size() == 0) {
    tape_ = network.make_tape(this->setting_.batch);
    outputs_ = Matrix<Real>("twin_outputs", batch.size(), network.outputs());
    cotangent_ = Matrix<Real>("twin_cotangent", batch.size(), network.outputs());
    forward_done_ = false;
  }
  batch_ = batch;  // the tape refers to x
  if (!forward_done_) network.forward(state_.theta_0, batch_.x, tape_);
  forward_done_ = this->setting_.full;
  model_.evaluate(tape_, state_.displacement, outputs_);
  return outputs_;
}

template <class Real>
void WeightTwin<Real>::step(double eta) {
  const double momentum = this->setting_.train.momentum, l2 = this->setting_.train.l2;
  const Vector<Real>&d = state_.displacement, &v = state_.velocity;
  const Vector<const Real> theta_0 = state_.theta_0;
  loss_cotangent(loss_of(this->setting_.train), outputs_, batch_.y, this->setting_.batch,
                 cotangent_);
  if (momentum == 0.0) {
    model_.pullback(tape_, d, cotangent_, {d, -eta, 1.0 - eta * l2});
    if (l2 != 0.0) axpby<Real>(-eta * l2, theta_0, 1.0, d);
    return;
  }
  double keep = momentum;
  if (l2 != 0.0) {  // v <- gamma v + l2 (theta_0 + d) first, so that the product adds to it
    axpby<Real>(l2, theta_0, keep, v);
    axpby<Real>(l2, d, 1.0, v);
    keep = 1.0;
  }
  model_.pullback(tape_, d, cotangent_, {v, 1.0, keep});
  axpby<Real>(-eta, v, 1.0, d);
}

template <class Real>
Score WeightTwin<Real>::test_score() {
  return model_.score(this->test_, state_.displacement);
}

template class WeightTwin<float>;
template class WeightTwin<double>;

}  // namespace catapult
