// The hidden layer's share of kernel products and of the assembled kernel.
#include <stdexcept>
#include <string>
#include <utility>

#include "layers/hidden_slices.hpp"
#include "layers/kernel_terms.hpp"
#include "layers/sample_gram.hpp"
#include "linalg/product.hpp"

namespace catapult {

template <class Real>
MatrixRef<const Real> HiddenLayer<Real>::own_features(const State& state) const {
  const Block mine = local_channels(shape_, {.channels = inputs(), .sharded = true});
  return Kokkos::subview(state.input.block(0), Kokkos::ALL, std::pair(mine.begin, mine.end));
}

template <class Real>
void HiddenLayer<Real>::prepare_kernel(const Point<Real>& at, LayerState& state, Index samples,
                                       KernelForm form, bool same_input) const {
  State& mine = own(state);
  if (form == KernelForm::cheapest && !by_gram(samples)) {
    mine.gram_of_input = mine.gram_of_hidden = Matrix<Real>();
    return;
  }
  const bool known = same_input && mine.gram_of_input.extent(1) > 0;
  if (!known) {
    mine.gram_of_input = Matrix<Real>("gram_of_input", mine.samples, samples);
    mine.gram_of_hidden = Matrix<Real>("gram_of_hidden", mine.samples, samples);
    add_sample_gram<Real>(at.grid.samples, first_scales_.weight * first_scales_.weight,
                          own_features(mine), 0.0, mine.scratch, mine.gram_of_input);
    finish_sample_gram(at.grid.width, first_scales_.bias * first_scales_.bias, mine.gram_of_input);
  }
  if (packs_signs() && mine.signs.empty()) {
    mine.signs = SignBits(mine.blocks, largest_block(mine.blocks) * mine.samples);
  }
  const double square = last_scales_.weight * last_scales_.weight;
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = restore(at, mine, number);
    add_sample_gram<Real>(at.grid.samples, square, block.hidden.block(0), number == 0 ? 0.0 : 1.0,
                          mine.scratch, mine.gram_of_hidden);
    if (packs_signs()) mine.signs.pack(number, Vector<const Real>(block.kept.flat()));
  }
  finish_sample_gram(at.grid.width, last_scales_.bias * last_scales_.bias, mine.gram_of_hidden);
}

template <class Real>
typename HiddenLayer<Real>::Active HiddenLayer<Real>::restore_slopes(const Point<Real>& at,
                                                                     State& state,
                                                                     Index number) const {
  if (state.stores) return active(state, number);
  if (state.signs.empty()) return compute(at, state, number);
  const Active block = active(state, number);
  state.signs.unpack(number, block.kept.flat());
  function_->forward(at, block.function, block.kept, block.kept);
  return block;
}

template <class Real>
void HiddenLayer<Real>::add_gram_product(const Point<Real>& at, State& state, const Active& block,
                                         const Features<Real>& cotangent,
                                         const Features<Real>& tangent) const {
  const auto samples = static_cast<Index>(state.gram_of_input.extent(1));
  const Index count = block.neurons.size();
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    const Features<Real> errors = pull_errors(at, state, block, cotangent.vector(v).block(0));
    function_->pullback(at, block.function, errors, errors, {});
    MatrixRef<const Real> all = errors.block(0);
    if (shape_.sample_ranks > 1) {
      all = gather_rows<Real>(at.grid.samples, all, samples,
                              room_for(state.scratch, samples * count));
    }
    const Features<Real> moved = room_of(state, Room::tangents, count);
    gemm(Op::none, Op::none, 1.0, state.gram_of_input, all, 0.0, moved.block(0));
    function_->pushforward(at, block.function, {}, moved, moved);
    gemm(Op::none, Op::transpose, last_scales_.weight, moved.block(0),
         slice(at.theta, block.neurons).last, block.number == 0 ? 0.0 : 1.0,
         tangent.vector(v).block(0));
  }
}

template <class Real>
void HiddenLayer<Real>::add_parameter_product(const Point<Real>& at, State& state,
                                              const Active& block, const Features<Real>& cotangent,
                                              const Features<Real>& tangent) const {
  const Index count = block.neurons.size();
  const Vector<Real> room = room_for(state.scratch, count * each());
  const Slice<Real> sum = packed_slice(room, count);
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    local_gradient(at, state, block, cotangent.vector(v).block(0), 1.0, 0.0, sum);
    sum_over(at.grid.samples, room);
    push_slice(at, state, block, {sum.first, sum.first_bias, sum.last},
               block.number == 0 ? 0.0 : 1.0, tangent.vector(v).block(0));
  }
}

template <class Real>
void HiddenLayer<Real>::add_last_bias_product(const Grid& grid, State& state,
                                              const Features<Real>& cotangent,
                                              const Features<Real>& tangent) const {
  if (last_biases() == 0) return;
  const Vector<Real> sum = room_for(state.scratch, last_biases());
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    sum_rows<Real>(last_scales_.bias, cotangent.vector(v).block(0), 0.0, sum);
    sum_over(grid.samples, sum);
    add_to_rows<Real>(last_scales_.bias, sum, tangent.vector(v).block(0));
  }
}

template <class Real>
void HiddenLayer<Real>::kernel_product(const Point<Real>& at, LayerState& state,
                                       const Features<Real>& cotangent, const Features<Real>&,
                                       const Features<Real>& tangent) const {
  State& mine = own(state);
  const auto samples = static_cast<Index>(mine.gram_of_input.extent(1));
  for (Index number = 0; number < mine.blocks; ++number) {
    if (samples > 0) {
      add_gram_product(at, mine, restore_slopes(at, mine, number), cotangent, tangent);
    } else {
      add_parameter_product(at, mine, restore(at, mine, number), cotangent, tangent);
    }
  }
  if (samples == 0) add_last_bias_product(at.grid, mine, cotangent, tangent);
  sum_over(at.grid.width, tangent.flat());
  if (samples == 0) return;
  for (Index v = 0; v < cotangent.vectors(); ++v) {
    MatrixRef<const Real> all = cotangent.vector(v).block(0);
    if (shape_.sample_ranks > 1) {
      all = gather_rows<Real>(at.grid.samples, all, samples,
                              room_for(mine.scratch, samples * outputs()));
    }
    gemm(Op::none, Op::none, 1.0, mine.gram_of_hidden, all, 1.0, tangent.vector(v).block(0));
  }
}

template <class Real>
void HiddenLayer<Real>::add_kernel_terms(const Point<Real>& at, LayerState& state,
                                         const OutputErrors<Real>& errors,
                                         std::vector<KernelTerm<Real>>& terms) const {
  if (errors.form != ErrorForm::same_for_samples) {
    throw std::logic_error("HiddenLayer: its outputs are not the network's");
  }
  State& mine = own(state);
  const auto matrix = [](const std::string& name, Index rows, Index columns) {
    return Matrix<Real>(Kokkos::view_alloc(name, Kokkos::WithoutInitializing), rows, columns);
  };
  const Matrix<Real> hidden = matrix("kernel_inputs", mine.samples, neurons());
  const Matrix<Real> slopes = matrix("kernel_slopes", mine.samples, neurons());
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = restore(at, mine, number);
    const auto columns = std::pair(block.neurons.begin, block.neurons.end);
    const auto own_columns = [&](const Matrix<Real>& all) {
      return MatrixRef<Real>(Kokkos::subview(all, Kokkos::ALL, columns));
    };
    copy_elements(own_columns(hidden), block.hidden.block(0));
    const Features<Real> ones = room_of(mine, Room::errors, block.neurons.size());
    fill(ones.flat(), Real(1));
    function_->pullback(at, block.function, ones, ones, {});
    copy_elements(own_columns(slopes), ones.block(0));
  }
  const Matrix<Real> units = matrix("kernel_errors", errors.outputs, neurons());
  gemm(Op::none, Op::none, last_scales_.weight, errors.units, slice(at.theta, {0, neurons()}).last,
       0.0, units);
  terms.push_back(term_of<Real>(hidden, errors, last_scales_, true));
  terms.push_back(term_of<Real>(contiguous<Real>(own_features(mine)),
                                {errors.outputs, ErrorForm::with_slopes, units, slopes},
                                first_scales_, false));
}

#define CATAPULT_INSTANTIATE(Real)                                                                \
  template void HiddenLayer<Real>::prepare_kernel(const Point<Real>&, LayerState&, Index,         \
                                                  KernelForm, bool) const;                        \
  template void HiddenLayer<Real>::kernel_product(const Point<Real>&, LayerState&,                \
                                                  const Features<Real>&, const Features<Real>&,   \
                                                  const Features<Real>&) const;                   \
  template void HiddenLayer<Real>::add_kernel_terms(                                              \
      const Point<Real>&, LayerState&, const OutputErrors<Real>&, std::vector<KernelTerm<Real>>&) \
      const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
