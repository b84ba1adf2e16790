// The dense layer's share of kernel products and of the assembled kernel.
#include "layers/dense.hpp"
#include "linalg/element_loops.hpp"
#include "linalg/product.hpp"

namespace catapult {
namespace {

/// Vector by vector becomes sample by sample: row sample * vectors + v is row v * samples + sample.
template <class Real>
void order_by_sample(const MatrixRef<const Real>& from, Index vectors, const Matrix<Real>& to) {
  const auto rows = static_cast<Index>(from.extent(0)),
             columns = static_cast<Index>(from.extent(1));
  const Index samples = rows / vectors;
  for_elements(
      "order_by_sample", rows, columns, KOKKOS_LAMBDA(Index row, Index column) {
        to(row, column) = from((row % vectors) * samples + row / vectors, column);
      });
}

template <class Real>
void add_to_all(Real value, const Vector<Real>& values) {
  Kokkos::parallel_for(
      "add_to_all", Range1(0, static_cast<Index>(values.extent(0))),
      KOKKOS_LAMBDA(Index i) { values(i) += value; });
}

}  // namespace

template <class Real>
MatrixRef<const Real> Dense<Real>::own_features(const State& state) const {
  const MatrixRef<const Real> first = state.input.block(0);
  if (!input_.sharded) {
    const Block mine = local_channels(shape_, {.channels = input_.features(), .sharded = true});
    return Kokkos::subview(first, Kokkos::ALL, std::pair(mine.begin, mine.end));
  }
  return state.input.blocks() > 1 ? state.input.block(shape_.width_rank) : first;
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
  const MatrixRef<const Real> x = own_features(mine);
  const double square = scales_.weight * scales_.weight;
  if (shape_.sample_ranks == 1) {
    gram(square, x, 0.0, mine.gram);
  } else {
    const auto width = static_cast<Index>(x.extent(1)), own = static_cast<Index>(x.size());
    const Vector<Real> room = room_for(mine.scratch, own + samples * width);
    const MatrixRef<Real> contiguous =
        matrix_over(room.data(), static_cast<Index>(x.extent(0)), width);
    copy_elements(contiguous, x);
    const Vector<Real> all = part_of(room, {own, own + samples * width});
    gemm(Op::none, Op::transpose, square, x,
         gather_rows<Real>(grid.samples, contiguous, samples, all), 0.0, mine.gram);
  }
  const Vector<Real> flat(mine.gram.data(), mine.gram.size());
  sum_over(grid.width, flat);
  if (has_bias()) add_to_all(static_cast<Real>(scales_.bias * scales_.bias), flat);
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
                                   const Features<Real>& cotangents,
                                   std::vector<KernelTerm<Real>>& terms) const {
  const MatrixRef<const Real> x = own_features(own(state));
  const Matrix<Real> inputs("kernel_inputs", x.extent(0), x.extent(1));
  copy_elements(inputs, x);
  const Matrix<Real> errors(Kokkos::view_alloc("kernel_errors", Kokkos::WithoutInitializing),
                            cotangents.rows(), cotangents.width(0));
  order_by_sample<Real>(cotangents.block(0), cotangents.vectors(), errors);
  terms.push_back({inputs, errors, scales_.weight * scales_.weight, scales_.bias * scales_.bias,
                   !output_.sharded});
}

#define CATAPULT_INSTANTIATE(Real)                                                              \
  template void Dense<Real>::prepare_kernel(const Point<Real>&, LayerState&, Index, KernelForm, \
                                            bool) const;                                        \
  template void Dense<Real>::kernel_product(const Point<Real>&, LayerState&,                    \
                                            const Features<Real>&, const Features<Real>&,       \
                                            const Features<Real>&) const;                       \
  template void Dense<Real>::add_kernel_terms(                                                  \
      const Point<Real>&, LayerState&, const Features<Real>&, std::vector<KernelTerm<Real>>&)   \
      const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
