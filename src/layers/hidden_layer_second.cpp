// The hidden layer's second-order maps. Along theta + e d, with dW, db the parts of d, block by
// block of neurons:
//   z' = s_1 X dW_1^T + s_b1 db_1, z'' = 0, to h', h'' by the function
//   f' = s_2 (h' W_2^T + h dW_2^T) + s_b2 db_2, f'' = s_2 (h'' W_2^T + 2 h' dW_2^T)
#include "layers/hidden_slices.hpp"
#include "linalg/product.hpp"

namespace catapult {

template <class Real>
typename HiddenLayer<Real>::Moving HiddenLayer<Real>::move(const Point<Real>& at, State& state,
                                                           const Active& block,
                                                           const Slice<const Real>& d) const {
  const Index count = block.neurons.size();
  const Features<Real> before = room_of(state, Room::tangents, count);
  // A function that keeps its input keeps the derivative of that, too.
  const Features<Real> first =
      function_->use().keeps_input ? room_of(state, Room::layer, count) : before;
  const Features<Real> second = room_of(state, Room::tangents_next, count);
  apply_first(state, d, before);
  fill(second.flat(), Real(0));
  function_->second_pushforward(at, block.function, {}, {before, second}, {first, second});
  return {first, second};
}

template <class Real>
void HiddenLayer<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                           const Derivatives<Real>&,
                                           const Derivatives<Real>& output) const {
  State& mine = own(state);
  const MatrixRef<Real> first = output.first.block(0);
  const bool twice = !output.second.empty();
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = restore(at, mine, number);
    const Slice<const Real> theta = slice(at.theta, block.neurons), v = slice(d, block.neurons);
    const Moving hidden = move(at, mine, block, v);
    const double beta = number == 0 ? 0.0 : 1.0, scale = last_scales_.weight;
    const auto add = [&](double alpha, const Features<Real>& from,
                         const MatrixRef<const Real>& weight, double keep,
                         const MatrixRef<Real>& to) {
      gemm(Op::none, Op::transpose, alpha, from.block(0), weight, keep, to);
    };
    add(scale, hidden.first, theta.last, beta, first);
    add(scale, block.hidden, v.last, 1.0, first);
    if (!twice) continue;
    add(scale, hidden.second, theta.last, beta, output.second.block(0));
    add(2.0 * scale, hidden.first, v.last, 1.0, output.second.block(0));
  }
  if (last_biases() > 0) add_to_rows(last_scales_.bias, last_bias(d), first);
  sum_over(at.grid.width, output.first.flat());
  if (twice) sum_over(at.grid.width, output.second.flat());
}

template <class Real>
void HiddenLayer<Real>::moving_gradient(const Point<Real>& at, State& state, const Active& block,
                                        const Slice<const Real>& d,
                                        const MovingErrors<Real>& output, double alpha, double beta,
                                        const Slice<Real>& target) const {
  const Moving hidden = move(at, state, block, d);
  const MatrixRef<Real> errors = output.errors.block(0), tangents = output.tangents.block(0);
  const Features<Real> pulled = pull_errors(at, state, block, errors);
  const Features<Real> moving = room_of(state, Room::error_tangents, block.neurons.size());
  gemm(Op::none, Op::none, last_scales_.weight, tangents, slice(at.theta, block.neurons).last, 0.0,
       moving.block(0));
  gemm(Op::none, Op::none, last_scales_.weight, errors, d.last, 1.0, moving.block(0));
  // From here on d may be overwritten: the target may be d itself.
  gemm(Op::transpose, Op::none, alpha * last_scales_.weight, tangents, block.hidden.block(0), beta,
       target.last);
  gemm(Op::transpose, Op::none, alpha * last_scales_.weight, errors, hidden.first.block(0), 1.0,
       target.last);
  function_->second_pullback(at, block.function, {}, {pulled, moving}, {pulled, moving}, {});
  gemm(Op::transpose, Op::none, alpha * first_scales_.weight, moving.block(0), state.input.block(0),
       beta, target.first);
  if (target.first_bias.size() > 0) {
    sum_rows<Real>(alpha * first_scales_.bias, moving.block(0), beta, target.first_bias);
  }
}

template <class Real>
void HiddenLayer<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                        const MovingErrors<Real>& output, const MovingErrors<Real>&,
                                        const GradientTarget<Real>& gradient) const {
  if (!gradient.wanted()) return;
  State& mine = own(state);
  for_gradient_slices(at.grid, mine, gradient,
                      [&](Index number, const Slice<Real>& target, double beta) {
                        const Active block = restore(at, mine, number);
                        moving_gradient(at, mine, block, slice(d, block.neurons), output,
                                        gradient.alpha, beta, target);
                      });
  pull_last_bias(at.grid, mine, output.tangents.block(0), gradient);
}

#define CATAPULT_INSTANTIATE(Real)                                                            \
  template void HiddenLayer<Real>::second_pushforward(const Point<Real>&, LayerState&,        \
                                                      const Theta&, const Derivatives<Real>&, \
                                                      const Derivatives<Real>&) const;        \
  template void HiddenLayer<Real>::second_pullback(                                           \
      const Point<Real>&, LayerState&, const Theta&, const MovingErrors<Real>&,               \
      const MovingErrors<Real>&, const GradientTarget<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
