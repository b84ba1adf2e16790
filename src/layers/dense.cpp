#include "layers/dense.hpp"

#include <stdexcept>

#include "layers/dense_tensors.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
Dense<Real>::Dense(const GridShape& grid, const Place& input, const Place& output,
                   const LayerScales& scales, int number)
    : shape_(grid),
      input_(input),
      output_(output),
      scales_(scales),
      tensors_(dense_tensors(grid, input, output, scales, number)) {}

template <class Real>
Features<Real> Dense<Real>::gather_features(const Grid& grid, const Features<Real>& here,
                                            Vector<Real>& storage) const {
  if (!output_.sharded || !input_.sharded || shape_.width_ranks == 1) return here;
  const std::vector<Index> widths = shard_widths(shape_, input_);
  std::vector<Index> counts;
  for (const Index width : widths) counts.push_back(width * here.rows());
  const Features<Real> whole(room_for(storage, input_.features() * here.rows()), here.vectors(),
                             here.samples(), widths);
  all_gather(grid.width, Vector<const Real>(here.flat()), whole.flat(), counts);
  return whole;
}

template <class Real>
MatrixRef<const Real> Dense<Real>::part(const Features<Real>& input, int block) const {
  const MatrixRef<const Real> all = input.block(block);
  if (output_.sharded || input_.sharded) return all;
  const Block mine = weight().columns;
  return Kokkos::subview(all, Kokkos::ALL, std::pair(mine.begin, mine.end));
}

template <class Real>
void Dense<Real>::apply(const Theta& theta, const Features<Real>& input, double beta,
                        bool with_bias, const MatrixRef<Real>& z) const {
  const auto neurons = static_cast<Index>(z.extent(1));
  for (int b = 0; b < input.blocks(); ++b) {
    gemm(Op::none, Op::transpose, scales_.weight, part(input, b),
         weight_part(theta, neurons, input, b), b == 0 ? beta : 1.0, z);
  }
  if (with_bias && has_bias() && bias().size() > 0) {
    add_to_rows(scales_.bias, bias_of(theta, neurons), z);
  }
}

template <class Real>
void Dense<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                          const Features<Real>& output) const {
  State& mine = own(state);
  mine.input = gather_features(at.grid, input, mine.gathered);
  mine.has_pulled = false;
  apply(at.theta, mine.input, 0.0, /*with_bias=*/true, output.block(0));
  if (!output_.sharded) sum_over(at.grid.width, output.flat());
}

template <class Real>
void Dense<Real>::pull_features(const Grid& grid, const Theta& theta, State& state,
                                const Features<Real>& errors,
                                const Features<Real>& input_cotangent) const {
  if (!input_.sharded) throw std::logic_error("Dense: no cotangent of a replicated input");
  const bool scatter = output_.sharded && shape_.width_ranks > 1;
  const std::vector<Index> widths = shard_widths(shape_, input_);
  const Features<Real> whole =
      scatter ? Features<Real>(room_for(state.scratch, input_.features() * errors.rows()),
                               errors.vectors(), errors.samples(), widths)
              : input_cotangent;
  for (int b = 0; b < whole.blocks(); ++b) {
    gemm(Op::none, Op::none, scales_.weight, errors.block(0),
         weight_part(theta, weight().rows.size(), whole, b), 0.0, whole.block(b));
  }
  if (!scatter) return;
  std::vector<Index> counts;
  for (const Index width : widths) counts.push_back(width * whole.rows());
  reduce_scatter(grid.width, Vector<const Real>(whole.flat()), input_cotangent.flat(), counts);
}

template <class Real>
void Dense<Real>::local_gradient(const Features<Real>& input, const MatrixRef<Real>& errors,
                                 double alpha, double beta, const Vector<Real>& target) const {
  const auto neurons = static_cast<Index>(errors.extent(1));
  for (int b = 0; b < input.blocks(); ++b) {
    gemm(Op::transpose, Op::none, alpha * scales_.weight, errors, part(input, b), beta,
         weight_part(target, neurons, input, b));
  }
  if (has_bias() && bias().size() > 0) {
    sum_rows<Real>(alpha * scales_.bias, errors, beta, bias_of(target, neurons));
  }
}

template <class Real>
Index Dense<Real>::gradient_block() const {
  constexpr Index elements = Index{1} << 18;  // products of some size, buffers that are small
  const Index each = weight().columns.size() + (has_bias() && bias().size() > 0 ? 1 : 0);
  return std::min(weight().rows.size(), elements / std::max<Index>(1, each) + 1);
}

template <class Real>
void Dense<Real>::pull_parameters(const Grid& grid, State& state, const MatrixRef<Real>& errors,
                                  const GradientTarget<Real>& gradient) const {
  if (shape_.sample_ranks == 1) {
    return local_gradient(state.input, errors, gradient.alpha, gradient.beta, gradient.target);
  }
  // The sum over samples comes first, so the target joins afterwards.
  const auto join = [&](const Vector<Real>& sum, Index from, Index to, Index count) {
    axpby<Real>(1.0, part_of(sum, {from, from + count}), gradient.beta,
                part_of(gradient.target, {to, to + count}));
  };
  for_gradient_blocks(
      grid, state, errors, gradient.alpha, [&](const Block& neurons, const Vector<Real>& sum) {
        const Index columns = weight().columns.size(), weights = neurons.size() * columns;
        join(sum, 0, neurons.begin * columns, weights);
        const auto biases = static_cast<Index>(sum.extent(0)) - weights;
        if (biases > 0) join(sum, weights, weight().size() + neurons.begin, biases);
      });
}

template <class Real>
void Dense<Real>::pullback(const Point<Real>& at, LayerState& state,
                           const Features<Real>& cotangent, const Features<Real>& input_cotangent,
                           const GradientTarget<Real>& gradient) const {
  if (!input_cotangent.empty()) {
    pull_features(at.grid, at.theta, own(state), cotangent, input_cotangent);
  }
  if (gradient.wanted()) pull_parameters(at.grid, own(state), cotangent.block(0), gradient);
}

template <class Real>
void Dense<Real>::pushforward(const Point<Real>& at, LayerState& state, const Theta& theta_tangent,
                              const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const {
  State& mine = own(state);
  const bool from_input = !input_tangent.empty();
  if (from_input) {
    apply(at.theta, gather_features(at.grid, input_tangent, mine.scratch), 0.0,
          /*with_bias=*/false, tangent.block(0));
  }
  if (theta_tangent.size() > 0) {
    apply(theta_tangent, mine.input, from_input ? 1.0 : 0.0, /*with_bias=*/true, tangent.block(0));
  } else if (!from_input) {
    fill(tangent.flat(), Real(0));
  }
  if (!output_.sharded) sum_over(at.grid.width, tangent.flat());
}

template class Dense<float>;
template class Dense<double>;

}  // namespace catapult
