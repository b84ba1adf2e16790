#include "layers/residual.hpp"

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
Residual<Real>::Residual(std::unique_ptr<Chain<Real>> branch) : branch_(std::move(branch)) {
  if (branch_->input() == branch_->output()) return;
  throw std::logic_error("Residual: the branch does not lead back to its place");
}

template <class Real>
std::unique_ptr<LayerState> Residual<Real>::make_state(Index samples) const {
  auto state = std::make_unique<State>();
  state->branch = branch_->make_state(samples);
  state->output = branch_->room_at_output(samples);
  return state;
}

template <class Real>
void Residual<Real>::forward(const Point<Real>& at, LayerState& state, const Features<Real>& input,
                             const Features<Real>& output) const {
  State& mine = own(state);
  branch_->forward(at, *mine.branch, input, mine.output);
  add(mine.output, input, output);
}

template <class Real>
void Residual<Real>::pullback(const Point<Real>& at, LayerState& state,
                              const Features<Real>& cotangent,
                              const Features<Real>& input_cotangent,
                              const GradientTarget<Real>& gradient) const {
  branch_->pullback(at, *own(state).branch, cotangent, input_cotangent, gradient);
  if (!input_cotangent.empty()) add(input_cotangent, cotangent, input_cotangent);
}

template <class Real>
void Residual<Real>::pushforward(const Point<Real>& at, LayerState& state,
                                 const Theta& theta_tangent, const Features<Real>& input_tangent,
                                 const Features<Real>& tangent) const {
  branch_->pushforward(at, *own(state).branch, theta_tangent, input_tangent, tangent);
  add(tangent, input_tangent, tangent);
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
  if (mine.output_first.empty()) {
    mine.output_first = branch_->room_at_output(mine.output.samples());
  }
  branch_->second_pushforward(at, *mine.branch, d, input, {mine.output_first, output.second});
  add(mine.output_first, input.first, output.first);
  add(output.second, input.second, output.second);
}

template <class Real>
void Residual<Real>::second_pullback(const Point<Real>& at, LayerState& state, const Theta& d,
                                     const MovingErrors<Real>& output,
                                     const MovingErrors<Real>& input,
                                     const GradientTarget<Real>& gradient) const {
  branch_->second_pullback(at, *own(state).branch, d, output, input, gradient);
  if (input.errors.empty()) return;
  add(input.errors, output.errors, input.errors);
  add(input.tangents, output.tangents, input.tangents);
}

template <class Real>
void Residual<Real>::cost(Phase phase, CostSheet& sheet) const {
  branch_->cost(phase, sheet);
  const double numbers = sheet.rows() * static_cast<double>(branch_->features_at_output());
  if (phase == Phase::forward) sheet.keep(numbers);
  if (phase == Phase::forward || phase == Phase::backward) sheet.pass(3.0 * numbers);
  if (phase == Phase::product) sheet.pass(6.0 * numbers, 2.0);
  if (phase == Phase::assembly) sheet.pass(3.0 * sheet.outputs() * numbers);
}

template class Residual<float>;
template class Residual<double>;

}  // namespace catapult
