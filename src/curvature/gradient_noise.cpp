#include "curvature/gradient_noise.hpp"

#include <utility>

#include "linalg/vector_ops.hpp"
#include "spectra/estimate.hpp"

namespace catapult {
namespace {

/// NaN of nothing.
Estimate mean_of(const std::vector<double>& values) {
  return values.empty() ? Estimate{NAN, NAN} : estimate_of(values);
}

}  // namespace

template <class Real>
GradientNoise<Real>::GradientNoise(const Network<Real>& network, const Loss& loss, Index batch)
    : network_(network),
      loss_(loss),
      batch_(batch),
      space_(network),
      tape_(network.make_tape(batch)),
      gradient_("batch_gradient", network.parameters()),
      other_("batch_gradient", network.parameters()) {}

template <class Real>
void GradientNoise<Real>::move_to(const Vector<const Real>& theta) {
  theta_ = theta;
  sharpness_.clear();
  distances_.clear();
  waiting_ = false;
}

template <class Real>
void GradientNoise<Real>::add(const Samples<Real>& batch) {
  network_.forward(theta_, batch.x, tape_);
  const LossPoint<Real> at{network_, theta_, tape_, batch.y, batch_, loss_};
  loss_gradient(at, room_, gradient_);
  const double square = space_.dot<Real>(gradient_, gradient_);
  if (square > 0.0) {
    const Vector<Real> moved = room_for(room_.direction, space_.parameters());
    copy<Real>(moved, gradient_);
    hessian_product(at, room_, moved);
    sharpness_.push_back(space_.dot<Real>(gradient_, moved) / square);
  }
  if (waiting_) {
    axpby<Real>(-1.0, gradient_, 1.0, other_);
    distances_.push_back(0.5 * space_.dot<Real>(other_, other_));
  } else {
    std::swap(gradient_, other_);
  }
  waiting_ = !waiting_;
}

template <class Real>
NoiseMeasurement GradientNoise<Real>::result() const {
  const Estimate sharpness = mean_of(sharpness_), trace = mean_of(distances_);
  return {sharpness.mean, sharpness.error, trace.mean, trace.error};
}

template class GradientNoise<float>;
template class GradientNoise<double>;

}  // namespace catapult
