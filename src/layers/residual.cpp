#include "layers/residual.hpp"

#include <algorithm>
#include <stdexcept>

namespace catapult {
namespace {

/// to <- a + b; an empty b is zero. to may be a or b.
template <class Real>
void add(const Features<Real>& a, const Features<Real>& b, const Features<Real>& to) {
  const Real* x = a.flat().data();
  const Real* y = b.flat().data();
  Real* z = to.flat().data();
  if (b.empty()) {
    if (x != z) copy<Real>(to.flat(), a.flat());
    return;
  }
  Kokkos::parallel_for(
      "residual_sum", Range1(0, static_cast<Index>(to.flat().extent(0))),
      KOKKOS_LAMBDA(Index i) { z[i] = x[i] + y[i]; });
}

}  // namespace

template <class Real>
Residual<Real>::Residual(std::unique_ptr<Chain<Real>> branch, std::unique_ptr<Layer<Real>> shortcut)
    : branch_(std::move(branch)), shortcut_(std::move(shortcut)), tensors_(branch_->tensors()) {
  const Place other = shortcut_ ? shortcut_->output() : branch_->input();
  if (!(other == branch_->output())) {
    throw std::logic_error("Residual: branch and shortcut do not lead to the same place");
  }
  if (!shortcut_) return;
  for (Tensor tensor : shortcut_->tensors()) {
    tensor.offset += branch_->parameters();
    tensors_.push_back(tensor);
  }
}

template <class Real>
BufferUse Residual<Real>::use() const {
  const bool by_shortcut = shortcut_ && shortcut_->use().keeps_input;
  return {.keeps_input = branch_->use().keeps_input || by_shortcut};
}

template <class Real>
std::unique_ptr<LayerState> Residual<Real>::make_state(const Batch& batch,
                                                       const Workspace<Real>& room) const {
  auto state = std::make_unique<State>();
  state->room = room;
  state->branch = branch_->make_state(batch, room.below());
  if (branch_->use().keeps_output) state->output = branch_->room_at_output(batch.mine.size());
  if (!shortcut_) return state;
  state->shortcut = shortcut_->make_state(batch, room.below());
  const Index most = std::max(branch_->features_at_input(), branch_->features_at_output());
  room.reserve(Room::layer, batch.mine.size() * most);
  return state;
}

template <class Real>
Features<Real> Residual<Real>::room_like(const State& state, const Features<Real>& features,
                                         Room room) const {
  if (features.empty()) return {};
  const Index width = features.width(0);
  return {state.room.room(room, features.rows() * width),
          features.vectors(),
          features.samples(),
          {width}};
}

template <class Real>
void Residual<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                             const Features<Real>& output) const {
  State& mine = own(state);
  const Features<Real> branch = mine.output.empty() ? output : mine.output;
  branch_->forward(at.part(of_branch()), *mine.branch, input, branch);
  if (!shortcut_) return add(branch, input, output);
  const Features<Real> other = room_like(mine, output);
  shortcut_->forward(at.part(of_shortcut()), *mine.shortcut, input, other);
  add(branch, other, output);
}

template <class Real>
void Residual<Real>::pullback(const Point<Real>& at, LayerState& state,
                              const Features<Real>& cotangent,
                              const Features<Real>& input_cotangent,
                              const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  branch_->pullback(at.part(of_branch()), *mine.branch, cotangent, input_cotangent,
                    gradient.part(of_branch()));
  const Features<Real> other = shortcut_ ? room_like(mine, input_cotangent) : cotangent;
  if (shortcut_) {
    shortcut_->pullback(at.part(of_shortcut()), *mine.shortcut, cotangent, other,
                        gradient.part(of_shortcut()));
  }
  if (!input_cotangent.empty()) add(input_cotangent, other, input_cotangent);
}

template <class Real>
void Residual<Real>::pushforward(const Point<Real>& at, LayerState& state,
                                 const Theta& theta_tangent, const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  State& mine = own(state);
  branch_->pushforward(at.part(of_branch()), *mine.branch, part_of(theta_tangent, of_branch()),
                       input_tangent, tangent);
  const Features<Real> other = shortcut_ ? room_like(mine, tangent) : input_tangent;
  if (shortcut_) {
    shortcut_->pushforward(at.part(of_shortcut()), *mine.shortcut,
                           part_of(theta_tangent, of_shortcut()), input_tangent, other);
  }
  add(tangent, other, tangent);
}

template <class Real>
void Residual<Real>::prepare_kernel(const Point<Real>& at, LayerState& state, Index samples,
                                    KernelForm form, bool same_input) const {
  branch_->prepare_kernel(at, *own(state).branch, samples, form, same_input);
}

template <class Real>
void Residual<Real>::kernel_product(const Point<Real>& at, LayerState& state,
                                    const Features<Real>& cotangent,
                                    const Features<Real>& input_tangent,
                                    const Features<Real>& tangent) const {
  branch_->kernel_product(at, *own(state).branch, cotangent, input_tangent, tangent);
  add(tangent, input_tangent, tangent);
}

template <class Real>
void Residual<Real>::second_pushforward(const Point<Real>& at, LayerState& state, const Theta& d,
                                        const Derivatives<Real>& input,
                                        const Derivatives<Real>& output) const {
  State& mine = own(state);
  if (!mine.output.empty() && mine.output_first.empty()) {
    mine.output_first = branch_->room_at_output(mine.output.samples());
  }
  const Features<Real> first = mine.output.empty() ? output.first : mine.output_first;
  branch_->second_pushforward(at.part(of_branch()), *mine.branch, part_of(d, of_branch()), input,
                              {first, output.second});
  const Derivatives<Real> other =
      shortcut_ ? Derivatives<Real>{room_like(mine, output.first),
                                    output.second.empty()
                                        ? Features<Real>()
                                        : room_like(mine, output.second, Room::layer_next)}
                : input;
  if (shortcut_) {
    shortcut_->second_pushforward(at.part(of_shortcut()), *mine.shortcut, part_of(d, of_shortcut()),
                                  input, other);
  }
  add(first, other.first, output.first);
  if (!output.second.empty()) add(output.second, other.second, output.second);
}

template <class Real>
void Residual<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                     const MovingErrors<Real>& output,
                                     const MovingErrors<Real>& input,
                                     const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  branch_->second_pullback(at.part(of_branch()), *mine.branch, part_of(d, of_branch()), output,
                           input, gradient.part(of_branch()));
  const MovingErrors<Real> other =
      shortcut_ ? MovingErrors<Real>{room_like(mine, input.errors),
                                     room_like(mine, input.tangents, Room::layer_next)}
                : output;
  if (shortcut_) {
    shortcut_->second_pullback(at.part(of_shortcut()), *mine.shortcut, part_of(d, of_shortcut()),
                               output, other, gradient.part(of_shortcut()));
  }
  if (input.errors.empty()) return;
  add(input.errors, other.errors, input.errors);
  add(input.tangents, other.tangents, input.tangents);
}

template <class Real>
void Residual<Real>::cost(Phase phase, CostSheet& sheet) const {
  const double in = sheet.rows() * static_cast<double>(branch_->features_at_input());
  const double out = sheet.rows() * static_cast<double>(branch_->features_at_output());
  sheet.below([&] {
    branch_->cost(phase, sheet);
    if (shortcut_) shortcut_->cost(phase, sheet);
  });
  if (phase == Phase::forward && branch_->use().keeps_output) sheet.keep(out);
  if (phase == Phase::forward && shortcut_) sheet.share(Room::layer, std::max(in, out));
  if (phase == Phase::forward || phase == Phase::pushforward) sheet.pass(3.0 * out);
  if (phase == Phase::backward) sheet.pass(3.0 * in);
  if (phase == Phase::product) sheet.pass(6.0 * out, 2.0);
  if (phase == Phase::assembly) sheet.pass(3.0 * sheet.outputs() * out);
}

template class Residual<float>;
template class Residual<double>;

}  // namespace catapult
