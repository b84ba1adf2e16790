// How blocks of a hidden layer's neurons lie in its parameters. For the files hidden_layer*.cpp.
// defines: members of HiddenLayer
#pragma once

#include "layers/hidden_layer.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {

/// target <- sum + beta target, row by row.
template <class Real>
void join_rows(const MatrixRef<const Real>& sum, double beta, const MatrixRef<Real>& target) {
  const Real keep = static_cast<Real>(beta);
  for_elements(
      "join_rows", static_cast<Index>(sum.extent(0)), static_cast<Index>(sum.extent(1)),
      KOKKOS_LAMBDA(Index row, Index column) {
        const Real kept = keep == Real(0) ? Real(0) : keep * target(row, column);
        target(row, column) = sum(row, column) + kept;
      });
}

template <class Real>
template <class Value>
typename HiddenLayer<Real>::template Slice<Value> HiddenLayer<Real>::slice(
    const Vector<Value>& parameters, const Block& block) const {
  const Index count = block.size(), bias = first().size() + block.begin;
  const Index biases = first_scales_.has_bias() ? count : 0;
  return {
      matrix_over(parameters.data() + block.begin * inputs(), count, inputs()),
      Kokkos::subview(parameters, std::pair(bias, bias + biases)),
      matrix_over(parameters.data() + last().offset + block.begin, outputs(), count, neurons())};
}

template <class Real>
typename HiddenLayer<Real>::template Slice<Real> HiddenLayer<Real>::packed_slice(
    const Vector<Real>& room, Index count) const {
  const Index weights = count * inputs(), biases = first_scales_.has_bias() ? count : 0;
  return {matrix_over(room.data(), count, inputs()),
          Kokkos::subview(room, std::pair(weights, weights + biases)),
          matrix_over(room.data() + weights + biases, outputs(), count)};
}

template <class Real>
template <class Value>
Vector<Value> HiddenLayer<Real>::last_bias(const Vector<Value>& parameters) const {
  const Index begin = tensors_.back().offset;
  return Kokkos::subview(parameters, std::pair(begin, begin + last_biases()));
}

template <class Real>
template <class Fill>
void HiddenLayer<Real>::for_gradient_slices(const Grid& grid, State& state,
                                            const GradientTarget<Real>& gradient,
                                            const Fill& fill) const {
  if (shape_.sample_ranks == 1) {
    for (Index number = 0; number < state.blocks; ++number) {
      fill(number, slice(gradient.target, block(state, number)), gradient.beta);
    }
    return;
  }
  // The sum over samples comes first, so the target joins afterwards.
  const auto join = [&](const Block& neurons, const Vector<Real>& numbers) {
    const Slice<Real> sum = packed_slice(numbers, neurons.size());
    const Slice<Real> target = slice(gradient.target, neurons);
    join_rows<Real>(sum.first, gradient.beta, target.first);
    join_rows<Real>(sum.last, gradient.beta, target.last);
    if (target.first_bias.size() == 0) return;
    axpby<Real>(1.0, sum.first_bias, gradient.beta, target.first_bias);
  };
  PendingSums<Real> sums(grid.samples, state.scratch, largest_block(state.blocks) * each());
  for (Index number = 0; number < state.blocks; ++number) {
    const Block neurons = block(state, number);
    const Vector<Real> numbers = sums.next(neurons.size() * each());
    fill(number, packed_slice(numbers, neurons.size()), 0.0);
    sums.start(neurons, numbers, join);
  }
  sums.finish(join);
}

}  // namespace catapult
