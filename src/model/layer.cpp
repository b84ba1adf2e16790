#include "model/layer.hpp"

#include "base/error.hpp"

namespace catapult {
namespace {

[[noreturn]] void refuse_second_order(const std::string& layer) {
  throw UsageError("model: the layer \"" + layer +
                   "\" has no second derivatives; leave quadratic twins out");
}

}  // namespace

template <class Real>
void Layer<Real>::kernel_product(const Point<Real>& at, LayerState& state,
                                 const Features<Real>& cotangent,
                                 const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  const Vector<Real> gradient("layer_gradient", parameters());
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    const Features<Real> none;
    if (gradient.size() > 0) pullback(at, state, cotangent.vector(v), none, {gradient, 1.0, 0.0});
    pushforward(at, state, gradient, input_tangent.empty() ? none : input_tangent.vector(v),
                tangent.vector(v));
  }
}

template <class Real>
void Layer<Real>::second_pushforward(const Point<Real>&, LayerState&, const Theta&,
                                     const Derivatives<Real>&, const Derivatives<Real>&) const {
  refuse_second_order(name());
}

template <class Real>
void Layer<Real>::second_pullback(const Point<Real>&, LayerState&, const Theta&,
                                  const MovingErrors<Real>&, const MovingErrors<Real>&,
                                  const GradientTarget<Real>&) const {
  refuse_second_order(name());
}

template class Layer<float>;
template class Layer<double>;

}  // namespace catapult
