#include "model/dense.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "linalg/gemm.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
template <class Real>
Dense<Real>::Dense(const Grid& grid, Place input, Place output, const DenseScales& scales,
                   int number, Index offset)
    : grid_(grid), input_(input), output_(output), scales_(scales) {
  const Index fan_in = input.features, fan_out = output.features;
  const Block rows = local_features(grid, output);
  const Block columns =
      output.sharded ? Block{0, fan_in} : local_features(grid, {fan_in, /*sharded=*/true});
  const auto stream = static_cast<std::uint32_t>(2 * number);
  tensors_.push_back({fmt::format("layers/{:02}/weight", number),
                      {fan_out, fan_in},
                      rows,
                      columns,
                      offset,
                      scales.weight_deviation,
                      stream});
  parameters_ = weight().size();
  if (!has_bias()) return;
  const bool owner = output.sharded || grid.width.is_root();
  tensors_.push_back({fmt::format("layers/{:02}/bias", number),
                      {fan_out},
                      owner ? rows : Block{0, 0},
                      {0, 1},
                      offset + parameters_,
                      scales.bias_deviation,
                      stream + 1});
  parameters_ += bias().size();
}

template <class Real>
Features<Real> Dense<Real>::gather_features(const Features<Real>& here,
                                            Vector<Real>& storage) const {
  if (!output_.sharded || !input_.sharded || grid_.width.size() == 1) return here;
  const std::vector<Index> widths = shard_widths(grid_, input_.features);
  std::vector<Index> counts;
  for (const Index width : widths) counts.push_back(width * here.rows());
  const Features<Real> whole(room_for(storage, input_.features * here.rows()), here.rows(), widths);
  all_gather(grid_.width, Vector<const Real>(here.flat()), whole.flat(), counts);
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
void Dense<Real>::apply(const Theta& own, const Features<Real>& input, double beta, bool with_bias,
                        const MatrixRef<Real>& z) const {
  const auto neurons = static_cast<Index>(z.extent(1));
  for (int b = 0; b < input.blocks(); ++b) {
    gemm(Op::none, Op::transpose, scales_.weight, part(input, b),
         weight_part(own, neurons, input, b), b == 0 ? beta : 1.0, z);
  }
  if (with_bias && has_bias() && bias().size() > 0) {
    add_to_rows(scales_.bias, bias_of(own, neurons), z);
  }
}

template <class Real>
void Dense<Real>::forward(const Theta& theta, const Features<Real>& input,
                          const Features<Real>& output, Cache<Real>& cache) const {
  cache.input = gather_features(input, cache.gathered);
  cache.output = output;
  apply(own(theta), cache.input, 0.0, /*with_bias=*/true, output.block(0));
  if (!output_.sharded) sum_over(grid_.width, output.flat());
}

template <class Real>
void Dense<Real>::pull_features(const Theta& theta, Cache<Real>& cache,
                                const MatrixRef<Real>& errors,
                                const Features<Real>& input_cotangent) const {
  if (!input_.sharded) throw std::logic_error("Dense: no cotangent of a replicated input");
  const bool scatter = output_.sharded && grid_.width.size() > 1;
  const std::vector<Index> widths = shard_widths(grid_, input_.features);
  const Features<Real> whole =
      scatter ? Features<Real>(room_for(cache.scratch, input_.features * input_cotangent.rows()),
                               input_cotangent.rows(), widths)
              : input_cotangent;
  for (int b = 0; b < whole.blocks(); ++b) {
    gemm(Op::none, Op::none, scales_.weight, errors,
         weight_part(own(theta), weight().rows.size(), whole, b), 0.0, whole.block(b));
  }
  if (!scatter) return;
  std::vector<Index> counts;
  for (const Index width : widths) counts.push_back(width * whole.rows());
  reduce_scatter(grid_.width, Vector<const Real>(whole.flat()), input_cotangent.flat(), counts);
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
void Dense<Real>::pull_parameters(Cache<Real>& cache, const MatrixRef<Real>& errors,
                                  const GradientTarget<Real>& gradient) const {
  if (grid_.samples.size() == 1) {
    return local_gradient(cache.input, errors, gradient.alpha, gradient.beta, own(gradient.target));
  }
  // The sum over samples comes first, so the target joins afterwards.
  const Vector<Real> target = own(gradient.target);
  for_gradient_blocks(cache, errors, gradient.alpha, [&](const Block& neurons, const auto& sum) {
    const Index columns = weight().columns.size(), weights = neurons.size() * columns;
    const auto join = [&](Index from, Index to, Index count) {
      axpby<Real>(1.0, Kokkos::subview(sum, std::pair(from, from + count)), gradient.beta,
                  Kokkos::subview(target, std::pair(to, to + count)));
    };
    join(0, neurons.begin * columns, weights);
    const auto biases = static_cast<Index>(sum.extent(0)) - weights;
    if (biases > 0) join(weights, weight().size() + neurons.begin, biases);
  });
}

template <class Real>
void Dense<Real>::pullback(const Theta& theta, Cache<Real>& cache, const Features<Real>& cotangent,
                           const Features<Real>& input_cotangent,
                           const GradientTarget<Real>& gradient) const {
  const MatrixRef<Real> errors = cotangent.block(0);
  if (!input_cotangent.empty()) pull_features(theta, cache, errors, input_cotangent);
  if (gradient.target.size() > 0) pull_parameters(cache, errors, gradient);
}

template <class Real>
void Dense<Real>::pushforward(const Theta& theta, Cache<Real>& cache, const Theta& theta_tangent,
                              const Features<Real>& input_tangent,
                              const Features<Real>& tangent) const {
  const bool from_input = !input_tangent.empty();
  if (from_input) {
    apply(own(theta), gather_features(input_tangent, cache.scratch), 0.0, /*with_bias=*/false,
          tangent.block(0));
  }
  if (theta_tangent.size() > 0) {
    apply(own(theta_tangent), cache.input, from_input ? 1.0 : 0.0, /*with_bias=*/true,
          tangent.block(0));
  } else if (!from_input) {
    Kokkos::deep_copy(tangent.flat(), Real(0));
  }
  if (!output_.sharded) sum_over(grid_.width, tangent.flat());
}

template class Dense<float>;
template class Dense<double>;

}  // namespace catapult
