#include "layers/convolution.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "layers/pool_shape.hpp"
#include "linalg/exchange.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
Conv<Real>::Conv(const GridShape& grid, const Place& input, const ConvolutionShape& shape,
                 const LayerScales& scales, int number)
    : grid_(grid), input_(input), shape_(shape), scales_(scales) {
  if (grid.width_ranks != 1) throw std::logic_error("Conv: channels are not sharded");
  if (image_of(input) != shape.input) throw std::logic_error("Conv: not the images before it");
  const Index out = shape.output.channels, kernel = shape.kernel;
  const auto stream = static_cast<std::uint32_t>(2 * number);
  tensors_.push_back({.name = fmt::format("layers/{:02}/weight", number),
                      .shape = {out, shape.input.channels, kernel, kernel},
                      .rows = {0, out},
                      .columns = {0, shape.patch()},
                      .deviation = scales.weight_deviation,
                      .stream = stream,
                      .order = {2, 3, 1, 0}});
  if (!scales.has_bias()) return;
  tensors_.push_back({.name = fmt::format("layers/{:02}/bias", number),
                      .shape = {out},
                      .rows = {0, out},
                      .columns = {0, 1},
                      .offset = shape.weights(),
                      .deviation = scales.bias_deviation,
                      .stream = stream + 1,
                      .order = {}});
}

template <class Real>
Place Conv<Real>::output() const {
  return {.channels = shape_.output.channels,
          .sharded = true,
          .height = shape_.output.height,
          .width = shape_.output.width};
}

template <class Real>
std::unique_ptr<LayerState> Conv<Real>::make_state(const Batch& batch,
                                                   const Workspace<Real>& room) const {
  auto state = std::make_unique<State>(shape_, batch.mine.size(), room);
  room.reserve(Room::layer, room_size(state->maps));
  return state;
}

template <class Real>
void Conv<Real>::apply(State& state, const Theta& theta, double factor, const Features<Real>& input,
                       double beta, bool with_bias, const Features<Real>& z) const {
  state.maps.forward(factor * scales_.weight, input.flat(), part_of(theta, weights()), scales_.bias,
                     with_bias ? part_of(theta, biases()) : Theta(), beta, z.flat(),
                     scratch(state));
}

template <class Real>
void Conv<Real>::pull_features(State& state, const Theta& theta, const Features<Real>& errors,
                               const Features<Real>& input_cotangent) const {
  state.maps.backward_data(scales_.weight, errors.flat(), part_of(theta, weights()),
                           input_cotangent.flat(), scratch(state));
}

template <class Real>
void Conv<Real>::add_terms(State& state, const std::vector<Term>& terms,
                           const GradientTarget<Real>& gradient) const {
  const auto& [target, alpha, beta] = gradient;
  bool first = true;
  for (const Term& term : terms) {
    state.maps.backward_weights(alpha * scales_.weight, term.input.flat(), term.errors.flat(),
                                first ? beta : 1.0, part_of(target, weights()),
                                alpha * scales_.bias,
                                first ? part_of(target, biases()) : Vector<Real>(), scratch(state));
    first = false;
  }
}

template <class Real>
void Conv<Real>::pull_parameters(const Grid& grid, State& state, const std::vector<Term>& terms,
                                 const GradientTarget<Real>& gradient) const {
  if (grid_.sample_ranks == 1) return add_terms(state, terms, gradient);
  // The sum over samples comes first, so the target joins afterwards.
  const Vector<Real> sum = part_of(room(state), {0, this->parameters()});
  add_terms(state, terms, {sum, gradient.alpha, 0.0});
  sum_over(grid.samples, sum);
  axpby<Real>(1.0, sum, gradient.beta, gradient.target);
}

template <class Real>
void Conv<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                         const Features<Real>& output) const {
  own(state).input = input;
  apply(own(state), at.theta, 1.0, input, 0.0, /*with_bias=*/true, output);
}

template <class Real>
void Conv<Real>::pullback(const Point<Real>& at, LayerState& state, const Features<Real>& cotangent,
                          const Features<Real>& input_cotangent,
                          const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  if (!input_cotangent.empty()) pull_features(mine, at.theta, cotangent, input_cotangent);
  if (gradient.wanted()) pull_parameters(at.grid, mine, {{mine.input, cotangent}}, gradient);
}

template <class Real>
void Conv<Real>::pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                             const Features<Real>& input_tangent,
                             const Features<Real>& tangent) const {
  State& mine = own(state);
  const bool from_input = !input_tangent.empty();
  if (from_input) apply(mine, at.theta, 1.0, input_tangent, 0.0, /*with_bias=*/false, tangent);
  if (theta_tangent.size() > 0) {
    apply(mine, theta_tangent, 1.0, mine.input, from_input ? 1.0 : 0.0, /*with_bias=*/true,
          tangent);
  } else if (!from_input) {
    fill(tangent.flat(), Real(0));
  }
}

// Along theta + e d, with dW the weights of d:
//   z'  = s X~' W + s X~ dW + s_b db        D_X  = s D W^T
//   z'' = s X~'' W + 2 s X~' dW             D_X' = s D' W^T + s D dW^T
template <class Real>
void Conv<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                    const Derivatives<Real>& input,
                                    const Derivatives<Real>& output) const {
  State& mine = own(state);
  mine.input_tangent = input.first;
  const bool from_input = !input.first.empty(), twice = !output.second.empty();
  if (from_input) {
    apply(mine, at.theta, 1.0, input.first, 0.0, /*with_bias=*/false, output.first);
  } else if (twice) {
    fill(output.second.flat(), Real(0));
  }
  if (from_input && twice) {
    apply(mine, d, 2.0, input.first, 0.0, /*with_bias=*/false, output.second);
    apply(mine, at.theta, 1.0, input.second, 1.0, /*with_bias=*/false, output.second);
  }
  apply(mine, d, 1.0, mine.input, from_input ? 1.0 : 0.0, /*with_bias=*/true, output.first);
}

template <class Real>
void Conv<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                 const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                                 const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  if (!input.errors.empty()) {
    pull_features(mine, d, output.errors, input.errors);
    pull_features(mine, at.theta, output.tangents, input.tangents);
    axpby<Real>(1.0, input.errors.flat(), 1.0, input.tangents.flat());
    pull_features(mine, at.theta, output.errors, input.errors);
  }
  if (!gradient.wanted()) return;
  std::vector<Term> terms{{mine.input, output.tangents}};
  if (!mine.input_tangent.empty()) terms.push_back({mine.input_tangent, output.errors});
  pull_parameters(at.grid, mine, terms, gradient);
}

template <class Real>
void Conv<Real>::add_map(ConvolutionMap map, bool bias, CostSheet& sheet) const {
  const auto images = static_cast<Index>(sheet.rows());
  const Index launches =
      convolution_launches<Real>(shape_, images, map, bias && scales_.has_bias());
  sheet.convolve(shape_, map, convolution_traffic<Real>(shape_, images),
                 static_cast<double>(launches));
}

template <class Real>
void Conv<Real>::cost(Phase phase, CostSheet& sheet) const {
  const auto parameters = static_cast<double>(this->parameters());
  const bool many = grid_.sample_ranks > 1;
  switch (phase) {
    case Phase::forward:
      sheet.share(Room::layer, static_cast<double>(room_size(
                                   Convolution<Real>(shape_, static_cast<Index>(sheet.rows())))));
      return add_map(ConvolutionMap::forward, /*bias=*/true, sheet);
    case Phase::backward:
      if (input_.sharded) add_map(ConvolutionMap::backward_data, /*bias=*/false, sheet);
      add_map(ConvolutionMap::backward_weights, /*bias=*/true, sheet);
      sheet.pass(parameters, /*launches=*/0.0);  // the gradient joins what is there
      if (many) sheet.pass(3.0 * parameters);
      return sheet.sum("sum gradients", grid_.sample_ranks, parameters);
    case Phase::pushforward:
      if (input_.sharded) add_map(ConvolutionMap::forward, /*bias=*/false, sheet);
      return add_map(ConvolutionMap::forward, /*bias=*/true, sheet);
    case Phase::repeat:
    case Phase::grams:
    case Phase::product:
    case Phase::assembly:
      return;  // there are no kernel terms
  }
}

template class Conv<float>;
template class Conv<double>;

}  // namespace catapult
