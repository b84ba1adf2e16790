#include "layers/hidden_layer.hpp"

#include <stdexcept>

#include "layers/dense_tensors.hpp"
#include "layers/hidden_slices.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Numbers of one vector's block: on a host its activations, errors and tangents stay in cache.
constexpr Index numbers_of_block = kernels_on_host ? Index{1} << 18 : Index{1} << 24;
constexpr Index least_neurons = 256;  // of a block: products of some size

}  // namespace

template <class Real>
HiddenLayer<Real>::HiddenLayer(const GridShape& grid, const Place& input,
                               std::unique_ptr<const Layer<Real>> function, const Place& output,
                               const LayerScales& first, const LayerScales& last, int number,
                               Activations activations, Index most_neurons)
    : shape_(grid),
      input_(input),
      output_(output),
      function_(std::move(function)),
      first_scales_(first),
      last_scales_(last),
      activations_(activations),
      most_neurons_(most_neurons),
      tensors_(dense_tensors(grid, input, function_->output(), first, number)) {
  Index offset = 0;
  for (const Tensor& tensor : tensors_) offset += tensor.size();
  for (Tensor& tensor : dense_tensors(grid, function_->output(), output, last, number + 1)) {
    tensor.offset += offset;
    tensors_.push_back(std::move(tensor));
  }
}

template <class Real>
Index HiddenLayer<Real>::blocks_of(const Batch& batch) const {
  const Index samples = block_of(batch.samples, shape_.sample_ranks, 0).size();
  const Index in_cache = std::max(least_neurons, numbers_of_block / std::max<Index>(1, samples));
  const Index most = most_neurons_ > 0 ? most_neurons_ : in_cache;
  return std::max<Index>(1, (neurons() + most - 1) / most);
}

template <class Real>
std::unique_ptr<LayerState> HiddenLayer<Real>::make_state(const Batch& batch,
                                                          const Workspace<Real>& room) const {
  auto state = std::make_unique<State>();
  state->samples = batch.mine.size();
  state->blocks = blocks_of(batch);
  state->stores = stores(batch);
  state->room = room;
  const Index largest = largest_block(state->blocks) * state->samples;
  for (const Room each : {Room::errors, Room::tangents}) room.reserve(each, largest);
  if (function_->use().keeps_input) room.reserve(Room::values, largest);
  state->kept = Vector<Real>(Kokkos::view_alloc("activations", Kokkos::WithoutInitializing),
                             state->stores ? neurons() * state->samples : largest);
  for (Index number = 0; number < (state->stores ? state->blocks : 1); ++number) {
    state->function.push_back(function_->make_state(batch, room));
  }
  return state;
}

template <class Real>
Features<Real> HiddenLayer<Real>::room_of(const State& state, Room room, Index neurons,
                                          Index vectors) const {
  return {
      state.room.room(room, vectors * state.samples * neurons), vectors, state.samples, {neurons}};
}

template <class Real>
void HiddenLayer<Real>::apply_first(const State& state, const Slice<const Real>& theta,
                                    const Features<Real>& z) const {
  gemm(Op::none, Op::transpose, first_scales_.weight, state.input.block(0), theta.first, 0.0,
       z.block(0));
  if (theta.first_bias.size() > 0) add_to_rows(first_scales_.bias, theta.first_bias, z.block(0));
}

template <class Real>
typename HiddenLayer<Real>::Active HiddenLayer<Real>::active(State& state, Index number) const {
  const Block mine = block(state, number);
  const Index begin = state.stores ? mine.begin * state.samples : 0;
  const Features<Real> kept(
      Kokkos::subview(state.kept, std::pair(begin, begin + mine.size() * state.samples)), 1,
      state.samples, {mine.size()});
  const bool apart = function_->use().keeps_input;
  return {number, mine, kept, apart ? room_of(state, Room::values, mine.size()) : kept,
          *state.function[static_cast<std::size_t>(state.stores ? number : 0)]};
}

template <class Real>
typename HiddenLayer<Real>::Active HiddenLayer<Real>::compute(const Point<Real>& at, State& state,
                                                              Index number) const {
  const Active block = active(state, number);
  apply_first(state, slice(at.theta, block.neurons), block.kept);
  function_->forward(at, block.function, block.kept, block.hidden);
  return block;
}

template <class Real>
typename HiddenLayer<Real>::Active HiddenLayer<Real>::restore(const Point<Real>& at, State& state,
                                                              Index number) const {
  if (!state.stores) return compute(at, state, number);
  const Active block = active(state, number);
  if (function_->use().keeps_input) {
    function_->forward(at, block.function, block.kept, block.hidden);
  }
  return block;
}

template <class Real>
void HiddenLayer<Real>::forward(const Point<Real>& at, LayerState& state,
                                const Features<Real>& input, const Features<Real>& output) const {
  State& mine = own(state);
  mine.input = input;
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = compute(at, mine, number);
    gemm(Op::none, Op::transpose, last_scales_.weight, block.hidden.block(0),
         slice(at.theta, block.neurons).last, number == 0 ? 0.0 : 1.0, output.block(0));
  }
  if (last_biases() > 0) add_to_rows(last_scales_.bias, last_bias(at.theta), output.block(0));
  sum_over(at.grid.width, output.flat());
}

template <class Real>
Features<Real> HiddenLayer<Real>::pull_errors(const Point<Real>& at, State& state,
                                              const Active& block,
                                              const MatrixRef<const Real>& cotangent,
                                              Index vectors) const {
  const Features<Real> errors = room_of(state, Room::errors, block.neurons.size(), vectors);
  gemm(Op::none, Op::none, last_scales_.weight, cotangent, slice(at.theta, block.neurons).last, 0.0,
       errors.block(0));
  return errors;
}

template <class Real>
void HiddenLayer<Real>::local_gradient(const Point<Real>& at, State& state, const Active& block,
                                       const MatrixRef<const Real>& cotangent, double alpha,
                                       double beta, const Slice<Real>& target) const {
  const Features<Real> errors = pull_errors(at, state, block, cotangent);
  gemm(Op::transpose, Op::none, alpha * last_scales_.weight, cotangent, block.hidden.block(0), beta,
       target.last);
  function_->pullback(at, block.function, errors, errors, {});
  gemm(Op::transpose, Op::none, alpha * first_scales_.weight, errors.block(0), state.input.block(0),
       beta, target.first);
  if (target.first_bias.size() > 0) {
    sum_rows<Real>(alpha * first_scales_.bias, errors.block(0), beta, target.first_bias);
  }
}

template <class Real>
void HiddenLayer<Real>::pull_last_bias(const Grid& grid, State& state,
                                       const MatrixRef<const Real>& errors,
                                       const GradientTarget<Real>& gradient) const {
  if (last_biases() == 0) return;
  const Vector<Real> sum = room_for(state.scratch, last_biases());
  sum_rows<Real>(gradient.alpha * last_scales_.bias, errors, 0.0, sum);
  sum_over(grid.samples, sum);
  axpby<Real>(1.0, sum, gradient.beta, last_bias(gradient.target));
}

template <class Real>
void HiddenLayer<Real>::pullback(const Point<Real>& at, LayerState& state,
                                 const Features<Real>& cotangent,
                                 const Features<Real>& input_cotangent,
                                 const GradientTarget<Real>& gradient) const {
  if (!input_cotangent.empty()) {
    throw std::logic_error("HiddenLayer: no cotangent of a replicated input");
  }
  if (!gradient.wanted()) return;
  State& mine = own(state);
  const MatrixRef<const Real> errors = cotangent.block(0);
  for_gradient_slices(
      at.grid, mine, gradient, [&](Index number, const Slice<Real>& target, double beta) {
        local_gradient(at, mine, restore(at, mine, number), errors, gradient.alpha, beta, target);
      });
  pull_last_bias(at.grid, mine, errors, gradient);
}

template <class Real>
void HiddenLayer<Real>::add_hidden_layers(const Point<Real>& at, LayerState& state,
                                          const Features<Real>& cotangent,
                                          std::vector<HiddenSums>& all) const {
  State& mine = own(state);
  HiddenSums layer(mine.samples, function_->output().features());
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = restore(at, mine, number);
    const Features<Real> errors = pull_errors(at, mine, block, cotangent.block(0));
    add_hidden_sums<Real>(block.hidden.block(0), errors.block(0), layer.sums);
  }
  sum_over(at.grid.width, flat(layer.sums));
  all.push_back(layer);
}

template <class Real>
void HiddenLayer<Real>::push_slice(const Point<Real>& at, State& state, const Active& block,
                                   const Slice<const Real>& v, double beta,
                                   const MatrixRef<Real>& tangent) const {
  const Features<Real> moved = room_of(state, Room::tangents, block.neurons.size());
  apply_first(state, v, moved);
  function_->pushforward(at, block.function, {}, moved, moved);
  gemm(Op::none, Op::transpose, last_scales_.weight, moved.block(0),
       slice(at.theta, block.neurons).last, beta, tangent);
  gemm(Op::none, Op::transpose, last_scales_.weight, block.hidden.block(0), v.last, 1.0, tangent);
}

template <class Real>
void HiddenLayer<Real>::pushforward(const Point<Real>& at, LayerState& state,
                                    const Theta& theta_tangent, const Features<Real>&,
                                    const Features<Real>& tangent) const {
  if (theta_tangent.size() == 0) return fill(tangent.flat(), Real(0));
  State& mine = own(state);
  for (Index number = 0; number < mine.blocks; ++number) {
    const Active block = restore(at, mine, number);
    push_slice(at, mine, block, slice(theta_tangent, block.neurons), number == 0 ? 0.0 : 1.0,
               tangent.block(0));
  }
  if (last_biases() > 0) {
    add_to_rows(last_scales_.bias, last_bias(theta_tangent), tangent.block(0));
  }
  sum_over(at.grid.width, tangent.flat());
}

template class HiddenLayer<float>;
template class HiddenLayer<double>;

}  // namespace catapult
