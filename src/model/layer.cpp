#include "model/layer.hpp"

#include <stdexcept>

#include "base/error.hpp"

namespace catapult {
namespace {

[[noreturn]] void refuse_second_order(const std::string& layer) {
  throw UsageError("model: the layer \"" + layer +
                   "\" has no second derivatives; leave quadratic twins out");
}

}  // namespace

template <class Real>
void Layer<Real>::repeat(const Point<Real>&, LayerState&, const Features<Real>&) const {
  throw std::logic_error(name() + ": keeps no input to repeat its output from");
}

template <class Real>
void Layer<Real>::kernel_product(const Point<Real>&, LayerState&, const Features<Real>&,
                                 const Features<Real>&, const Features<Real>&) const {
  throw std::logic_error(name() + ": has no kernel product of its own");
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
