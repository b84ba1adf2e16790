// The dense layer's second-order maps. Along theta + e d, with dW the weights of d:
//   z'  = s X' W^T + s X dW^T + s_b db        D_X  = s D W
//   z'' = s X'' W^T + 2 s X' dW^T             D_X' = s D' W + s D dW
#include "layers/dense.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
void Dense<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                     const Derivatives<Real>& input,
                                     const Derivatives<Real>& output) const {
  State& mine = own(state);
  const MatrixRef<Real> first = output.first.block(0);
  const bool from_input = !input.first.empty(), twice = !output.second.empty();
  mine.input_tangent =
      from_input ? gather_features(at.grid, input.first, mine.gathered_tangent) : Features<Real>();
  if (from_input) {
    apply(at.theta, mine.input_tangent, 0.0, /*with_bias=*/false, first);
  } else if (twice) {
    fill(output.second.flat(), Real(0));
  }
  if (from_input && twice) {
    const MatrixRef<Real> second = output.second.block(0);
    apply(d, mine.input_tangent, 0.0, /*with_bias=*/false, second);
    apply(at.theta, gather_features(at.grid, input.second, mine.scratch), 2.0,
          /*with_bias=*/false, second);
  }
  apply(d, mine.input, from_input ? 1.0 : 0.0, /*with_bias=*/true, first);
  if (output_.sharded) return;
  sum_over(at.grid.width, output.first.flat());
  if (from_input && twice) sum_over(at.grid.width, output.second.flat());
}

template <class Real>
void Dense<Real>::pull_moving_parameters(const Grid& grid, State& state,
                                         const MovingErrors<Real>& output,
                                         const GradientTarget<Real>& gradient) const {
  const bool alone = shape_.sample_ranks == 1;
  const Vector<Real> target = gradient.target;
  // The sum over samples comes first, so the target joins afterwards.
  const Vector<Real> sum = alone ? target : room_for(state.scratch, this->parameters());
  local_gradient(state.input, output.tangents.block(0), gradient.alpha, alone ? gradient.beta : 0.0,
                 sum);
  for (int b = 0; b < state.input_tangent.blocks(); ++b) {
    gemm(Op::transpose, Op::none, gradient.alpha * scales_.weight, output.errors.block(0),
         part(state.input_tangent, b), 1.0,
         weight_part(sum, weight().rows.size(), state.input_tangent, b));
  }
  if (alone) return;
  sum_over(grid.samples, sum);
  axpby<Real>(1.0, sum, gradient.beta, target);
}

template <class Real>
void Dense<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                  const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                                  const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  if (!input.errors.empty()) {
    pull_features(at.grid, d, mine, output.errors, input.errors);
    pull_features(at.grid, at.theta, mine, output.tangents, input.tangents);
    axpby<Real>(1.0, input.errors.flat(), 1.0, input.tangents.flat());
    const Vector<Real> errors = input.errors.flat();
    const Vector<Real> kept = room_for(mine.pulled, static_cast<Index>(errors.size()));
    if (output.again && mine.has_pulled) {
      copy<Real>(errors, kept);
    } else {
      pull_features(at.grid, at.theta, mine, output.errors, input.errors);
      copy<Real>(kept, errors);
      mine.has_pulled = true;
    }
  }
  if (gradient.wanted()) pull_moving_parameters(at.grid, mine, output, gradient);
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template void Dense<Real>::second_pushforward(const Point<Real>&, LayerState&, const Theta&,     \
                                                const Derivatives<Real>&,                          \
                                                const Derivatives<Real>&) const;                   \
  template void Dense<Real>::second_pullback(const Point<Real>&, LayerState&, const Theta&,        \
                                             const MovingErrors<Real>&, const MovingErrors<Real>&, \
                                             const GradientTarget<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
