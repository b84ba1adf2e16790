// The second-order maps of the chain.
#include "model/network.hpp"

namespace catapult {

template <class Real>
SecondTape<Real> Network<Real>::make_second_tape() const {
  SecondTape<Real> along;
  along.caches.resize(layers_.size());
  along.firsts.resize(layers_.size());
  along.tangents.resize(layers_.size());
  return along;
}

template <class Real>
void Network<Real>::second_pushforward(const Theta& theta, Tape<Real>& tape,
                                       SecondTape<Real>& along, const Theta& d,
                                       const Matrix<Real>& first,
                                       const Matrix<Real>& second) const {
  const auto firsts = room_at_outputs(along.firsts, tape.samples, first);
  const auto seconds = room_at_outputs(tape.tangents, tape.samples, second);
  Derivatives<Real> input;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Derivatives<Real> output{firsts[i], seconds[i]};
    layers_[i]->second_pushforward(theta, tape.caches[i], d, input, output, along.caches[i]);
    input = output;
  }
}

template <class Real>
void Network<Real>::second_pullback(const Theta& theta, Tape<Real>& tape, SecondTape<Real>& along,
                                    const Theta& d, const Matrix<Real>& cotangent,
                                    const Matrix<Real>& tangent,
                                    const GradientTarget<Real>& gradient) const {
  const auto errors = room_at_outputs(tape.cotangents, tape.samples, cotangent);
  const auto tangents = room_at_outputs(along.tangents, tape.samples, tangent);
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const MovingErrors<Real> input =
        i > 0 ? MovingErrors<Real>{errors[i - 1], tangents[i - 1]} : MovingErrors<Real>();
    layers_[i]->second_pullback(theta, tape.caches[i], d, along.caches[i], {errors[i], tangents[i]},
                                input, gradient);
  }
}

#define CATAPULT_INSTANTIATE(Real)                                                              \
  template SecondTape<Real> Network<Real>::make_second_tape() const;                            \
  template void Network<Real>::second_pushforward(const Theta&, Tape<Real>&, SecondTape<Real>&, \
                                                  const Theta&, const Matrix<Real>&,            \
                                                  const Matrix<Real>&) const;                   \
  template void Network<Real>::second_pullback(                                                 \
      const Theta&, Tape<Real>&, SecondTape<Real>&, const Theta&, const Matrix<Real>&,          \
      const Matrix<Real>&, const GradientTarget<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
