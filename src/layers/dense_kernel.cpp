// The dense layer's share of kernel products and of the assembled kernel.
#include "layers/dense.hpp"
#include "layers/kernel_terms.hpp"
#include "layers/sample_gram.hpp"
#include "linalg/product.hpp"

namespace catapult {

template <class Real>
MatrixRef<const Real> Dense<Real>::own_features(const State& state) const {
  const MatrixRef<const Real> first = state.input.block(0);
  if (!input_.sharded) {
    const Block mine = local_channels(shape_, {.channels = input_.features(), .sharded = true});
    return Kokkos::subview(first, Kokkos::ALL, std::pair(mine.begin, mine.end));
  }
  return state.input.blocks() > 1 ? state.input.block(shape_.width_rank) : first;
}

/// Arithmetic a sample, of two products at each theta: a top eigenvalue that is followed takes one
/// where it is settled, more where it moves. One rank computes half of its G.
template <class Real>
bool Dense<Real>::by_gram(Index samples) const {
  constexpr double products = 2.0;
  const double computed = shape_.sample_ranks > 1 ? 1.0 : 0.5;
  const auto all = static_cast<double>(samples);
  const auto in = static_cast<double>(input_.features());
  const auto out = static_cast<double>(output_.features());
  return all * (computed * in + products * out) <= products * 2.0 * in * out;
}

template <class Real>
void Dense<Real>::prepare_kernel(const Point<Real>& at, LayerState& state, Index samples,
                                 KernelForm form, bool same_input) const {
  State& mine = own(state);
  if (same_input && mine.gram.extent(1) > 0) return;
  const Grid& grid = at.grid;
  const Index rows = mine.input.samples();
  if (form == KernelForm::cheapest && !by_gram(samples)) {
    mine.gram = Matrix<Real>();
    return;
  }
  if (static_cast<Index>(mine.gram.extent(0)) != rows ||
      static_cast<Index>(mine.gram.extent(1)) != samples) {
    mine.gram = Matrix<Real>("gram", rows, samples);
  }
  add_sample_gram<Real>(grid.samples, scales_.weight * scales_.weight, own_features(mine), 0.0,
                        mine.scratch, mine.gram);
  finish_sample_gram(grid.width, scales_.bias * scales_.bias, mine.gram);
}

template <class Real>
void Dense<Real>::add_gram_product(const Grid& grid, State& state, const Features<Real>& cotangent,
                                   bool overwrite, const Features<Real>& tangent) const {
  const auto all = static_cast<Index>(state.gram.extent(1));
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    MatrixRef<const Real> errors = cotangent.vector(v).block(0);
    if (shape_.sample_ranks > 1) {
      const Vector<Real> room = room_for(state.scratch, all * local_features(shape_, output_));
      errors = gather_rows<Real>(grid.samples, errors, all, room);
    }
    gemm(Op::none, Op::none, 1.0, state.gram, errors, overwrite ? 0.0 : 1.0,
         tangent.vector(v).block(0));
  }
}

template <class Real>
void Dense<Real>::add_parameter_product(const Grid& grid, State& state,
                                        const Features<Real>& cotangent, bool overwrite,
                                        const Features<Real>& tangent) const {
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    const MatrixRef<Real> errors = cotangent.vector(v).block(0), z = tangent.vector(v).block(0);
    for_gradient_blocks(
        grid, state, errors, 1.0, [&](const Block& neurons, const Vector<Real>& gradient) {
          apply(gradient, state.input, overwrite ? 0.0 : 1.0, /*with_bias=*/true,
                Kokkos::subview(z, Kokkos::ALL, std::pair(neurons.begin, neurons.end)));
        });
  }
}

template <class Real>
void Dense<Real>::kernel_product(const Point<Real>& at, LayerState& state,
                                 const Features<Real>& cotangent,
                                 const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  State& mine = own(state);
  const bool from_input = !input_tangent.empty(), has_gram = mine.gram.extent(1) > 0;
  if (from_input) {
    apply(at.theta, gather_features(at.grid, input_tangent, mine.scratch), 0.0,
          /*with_bias=*/false, tangent.block(0));
  }
  if (!has_gram) add_parameter_product(at.grid, mine, cotangent, !from_input, tangent);
  if (!output_.sharded && (from_input || !has_gram)) sum_over(at.grid.width, tangent.flat());
  if (has_gram) add_gram_product(at.grid, mine, cotangent, !from_input, tangent);
}

template <class Real>
void Dense<Real>::add_kernel_terms(const Point<Real>&, LayerState& state,
                                   const OutputErrors<Real>& errors,
                                   std::vector<KernelTerm<Real>>& terms) const {
  terms.push_back(
      term_of<Real>(contiguous<Real>(own_features(own(state))), errors, scales_, !output_.sharded));
}

#define CATAPULT_INSTANTIATE(Real)                                                                \
  template bool Dense<Real>::by_gram(Index) const;                                                \
  template void Dense<Real>::prepare_kernel(const Point<Real>&, LayerState&, Index, KernelForm,   \
                                            bool) const;                                          \
  template void Dense<Real>::kernel_product(const Point<Real>&, LayerState&,                      \
                                            const Features<Real>&, const Features<Real>&,         \
                                            const Features<Real>&) const;                         \
  template void Dense<Real>::add_kernel_terms(                                                    \
      const Point<Real>&, LayerState&, const OutputErrors<Real>&, std::vector<KernelTerm<Real>>&) \
      const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
