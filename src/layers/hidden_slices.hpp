// How blocks of a hidden layer's neurons lie in its parameters. For the files hidden_layer*.cpp.
// defines: members of HiddenLayer
#pragma once

#include <optional>

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
  const Index most = largest_block(state.blocks) * each();
  const Vector<Real> room = room_for(state.scratch, 2 * most);
  struct Summing {
    Block neurons;
    Slice<Real> gradient;
    PendingSum<Real> sum;
  };
  std::optional<Summing> before;
  const auto finish = [&] {
    if (!before) return;
    before->sum.wait();
    const Slice<Real> target = slice(gradient.target, before->neurons);
    join_rows<Real>(before->gradient.first, gradient.beta, target.first);
    join_rows<Real>(before->gradient.last, gradient.beta, target.last);
    if (target.first_bias.size() > 0) {
      axpby<Real>(1.0, before->gradient.first_bias, gradient.beta, target.first_bias);
    }
    before.reset();
  };
  for (Index number = 0; number < state.blocks; ++number) {
    const Block neurons = block(state, number);
    const Index begin = number % 2 * most;
    const Vector<Real> numbers =
        Kokkos::subview(room, std::pair(begin, begin + neurons.size() * each()));
    const Slice<Real> sum = packed_slice(numbers, neurons.size());
    fill(number, sum, 0.0);
    PendingSum<Real> pending(grid.samples, numbers);
    finish();
    before.emplace(Summing{neurons, sum, std::move(pending)});
  }
  finish();
}

}  // namespace catapult
