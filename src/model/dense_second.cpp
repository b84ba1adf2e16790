// The dense layer's second-order maps. Along theta + e d, with dW the weights of d:
//   z'  = s X' W^T + s X dW^T + s_b db        D_X  = s D W
//   z'' = s X'' W^T + 2 s X' dW^T             D_X' = s D' W + s D dW
#include "linalg/exchange.hpp"
#include "linalg/gemm.hpp"
#include "linalg/vector_ops.hpp"
#include "model/dense.hpp"

namespace catapult {

template <class Real>
void Dense<Real>::second_pushforward(const Theta& theta, Cache<Real>& cache, const Theta& d,
                                     const Derivatives<Real>& input,
                                     const Derivatives<Real>& output,
                                     SecondCache<Real>& along) const {
  const MatrixRef<Real> first = output.first.block(0), second = output.second.block(0);
  const bool from_input = !input.first.empty();
  along.input = from_input ? gather_features(input.first, along.gathered) : Features<Real>();
  if (from_input) {
    apply(own(theta), along.input, 0.0, /*with_bias=*/false, first);
    apply(own(d), along.input, 0.0, /*with_bias=*/false, second);
    apply(own(theta), gather_features(input.second, cache.scratch), 2.0, /*with_bias=*/false,
          second);
  } else {
    Kokkos::deep_copy(output.second.flat(), Real(0));
  }
  apply(own(d), cache.input, from_input ? 1.0 : 0.0, /*with_bias=*/true, first);
  if (output_.sharded) return;
  sum_over(grid_.width, output.first.flat());
  if (from_input) sum_over(grid_.width, output.second.flat());
}

template <class Real>
void Dense<Real>::pull_moving_parameters(Cache<Real>& cache, const SecondCache<Real>& along,
                                         const MovingErrors<Real>& output,
                                         const GradientTarget<Real>& gradient) const {
  const bool alone = grid_.samples.size() == 1;
  const Vector<Real> target = own(gradient.target);
  // The sum over samples comes first, so the target joins afterwards.
  const Vector<Real> sum = alone ? target : room_for(cache.scratch, parameters_);
  local_gradient(cache.input, output.tangents.block(0), gradient.alpha, alone ? gradient.beta : 0.0,
                 sum);
  for (int b = 0; b < along.input.blocks(); ++b) {
    gemm(Op::transpose, Op::none, gradient.alpha * scales_.weight, output.errors.block(0),
         part(along.input, b), 1.0, weight_part(sum, weight().rows.size(), along.input, b));
  }
  if (alone) return;
  sum_over(grid_.samples, sum);
  axpby<Real>(1.0, sum, gradient.beta, target);
}

template <class Real>
void Dense<Real>::second_pullback(const Theta& theta, Cache<Real>& cache, const Theta& d,
                                  SecondCache<Real>& along, const MovingErrors<Real>& output,
                                  const MovingErrors<Real>& input,
                                  const GradientTarget<Real>& gradient) const {
  const MatrixRef<Real> errors = output.errors.block(0);
  if (!input.errors.empty()) {
    pull_features(d, cache, errors, input.errors);
    pull_features(theta, cache, output.tangents.block(0), input.tangents);
    axpby<Real>(1.0, input.errors.flat(), 1.0, input.tangents.flat());
    pull_features(theta, cache, errors, input.errors);
  }
  if (gradient.target.size() > 0) pull_moving_parameters(cache, along, output, gradient);
}

#define CATAPULT_INSTANTIATE(Real)                                                             \
  template void Dense<Real>::second_pushforward(                                               \
      const Theta&, Cache<Real>&, const Theta&, const Derivatives<Real>&,                      \
      const Derivatives<Real>&, SecondCache<Real>&) const;                                     \
  template void Dense<Real>::second_pullback(                                                  \
      const Theta&, Cache<Real>&, const Theta&, SecondCache<Real>&, const MovingErrors<Real>&, \
      const MovingErrors<Real>&, const GradientTarget<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
