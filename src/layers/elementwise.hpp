// A function of every feature by itself: what all activations share.
// defines: Elementwise, ElementwiseState
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/layer.hpp"

namespace catapult {

/// What derivatives are taken from: the output h, or the input z where h does not tell.
template <class Real>
struct ElementwiseState final : LayerState {
  Vector<Real> values;
  Vector<Real> derivatives;  ///< of `values` along the direction of the second pushforward
};

/// output <- phi(input), any of the two may be the other
template <class Function, class Real>
void apply_function(const Function& phi, const Vector<Real>& input, const Vector<Real>& output) {
  const Real* z = input.data();
  Real* h = output.data();
  Kokkos::parallel_for(
      "elementwise", Range1(0, static_cast<Index>(output.extent(0))),
      KOKKOS_LAMBDA(Index i) { h[i] = phi.value(z[i]); });
}

/// to <- phi' from, vector by vector
template <class Function, class Real>
void multiply_by_slope(const Function& phi, const Vector<Real>& values, const Features<Real>& from,
                       const Features<Real>& to) {
  const auto size = static_cast<Index>(values.extent(0));
  const Real* s = values.data();
  for (Index vector = 0; vector < from.vectors(); ++vector) {
    const Real* u = from.flat().data() + vector * size;
    Real* v = to.flat().data() + vector * size;
    Kokkos::parallel_for(
        "elementwise_slope", Range1(0, size),
        KOKKOS_LAMBDA(Index i) { v[i] = u[i] * phi.slope(s[i]); });
  }
}

/// z' to h' = phi' z'
template <class Function, class Real>
void push_first(const Function& phi, const Vector<Real>& values, const Features<Real>& input,
                const Features<Real>& output) {
  const Real *s = values.data(), *z1 = input.flat().data();
  Real* h1 = output.flat().data();
  Kokkos::parallel_for(
      "elementwise_first_pushforward", Range1(0, static_cast<Index>(values.extent(0))),
      KOKKOS_LAMBDA(Index i) { h1[i] = z1[i] * phi.slope(s[i]); });
}

/// z', z'' to h' = phi' z', h'' = phi' z'' + phi'' z'^2, this where it is wanted
template <class Function, class Real>
void push_derivatives(const Function& phi, const Vector<Real>& values,
                      const Derivatives<Real>& input, const Derivatives<Real>& output) {
  if (output.second.empty()) return push_first(phi, values, input.first, output.first);
  const Real* s = values.data();
  const Real *z1 = input.first.flat().data(), *z2 = input.second.flat().data();
  Real *h1 = output.first.flat().data(), *h2 = output.second.flat().data();
  Kokkos::parallel_for(
      "elementwise_second_pushforward", Range1(0, static_cast<Index>(values.extent(0))),
      KOKKOS_LAMBDA(Index i) {
        const Real slope = phi.slope(s[i]), first = z1[i];
        h2[i] = slope * z2[i] + phi.curvature(s[i]) * first * first;
        h1[i] = first * slope;
      });
}

/// D, E to phi' D, phi' E + (phi')' D, where (phi')' is along the direction of `derivatives`
template <class Function, class Real>
void pull_moving_errors(const Function& phi, const ElementwiseState<Real>& state,
                        const MovingErrors<Real>& output, const MovingErrors<Real>& input) {
  const Real *s = state.values.data(), *s1 = state.derivatives.data();
  const Real *d = output.errors.flat().data(), *e = output.tangents.flat().data();
  Real *to_d = input.errors.flat().data(), *to_e = input.tangents.flat().data();
  Kokkos::parallel_for(
      "elementwise_second_pullback", Range1(0, static_cast<Index>(state.values.extent(0))),
      KOKKOS_LAMBDA(Index i) {
        const Real slope = phi.slope(s[i]), error = d[i];
        to_e[i] = slope * e[i] + phi.slope_tangent(s[i], s1[i]) * error;
        to_d[i] = error * slope;
      });
}

/// h = phi(z); no parameters. Function is a type of its own for each activation:
///   name, from_output: whether derivatives are taken from h rather than z (s below)
///   by_sign: whether they depend on the sign of s alone
///   functions_of_value, functions_of_slope: transcendental functions in each
///   value(z), slope(s) = phi'(z), curvature(s) = phi''(z)
///   slope_tangent(s, s'): the derivative of phi'(z) where that of s is s'
/// All of them let NaN pass.
template <class Real, class Function>
class Elementwise final : public Layer<Real> {
 public:
  using typename Layer<Real>::Theta;
  using State = ElementwiseState<Real>;

  Elementwise(const GridShape& grid, const Place& place, Function function)
      : place_(place),
        features_(static_cast<double>(local_features(grid, place))),
        phi_(function) {}

  std::string name() const override { return Function::name; }
  Place output() const override { return place_; }
  const std::vector<Tensor>& tensors() const override { return none_; }
  BufferUse use() const override {
    return {.in_place = true,
            .keeps_input = !Function::from_output,
            .keeps_output = Function::from_output,
            .by_sign = Function::by_sign};
  }
  std::unique_ptr<LayerState> make_state(const Batch&, const Workspace<Real>&) const override {
    return std::make_unique<State>();
  }

  void forward(const Point<Real>&, LayerState& state, const Features<Real>& input,
               const Features<Real>& output) const override {
    own(state).values = Function::from_output ? output.flat() : input.flat();
    apply_function(phi_, input.flat(), output.flat());
  }
  void pullback(const Point<Real>&, LayerState& state, const Features<Real>& cotangent,
                const Features<Real>& input_cotangent, const GradientTarget<Real>&) const override {
    if (input_cotangent.empty()) return;
    multiply_by_slope(phi_, own(state).values, cotangent, input_cotangent);
  }
  void pushforward(const Point<Real>&, LayerState& state, const Theta&,
                   const Features<Real>& input_tangent,
                   const Features<Real>& tangent) const override {
    if (input_tangent.empty()) return fill(tangent.flat(), Real(0));
    multiply_by_slope(phi_, own(state).values, input_tangent, tangent);
  }
  void kernel_product(const Point<Real>& at, LayerState& state, const Features<Real>&,
                      const Features<Real>& input_tangent,
                      const Features<Real>& tangent) const override {
    pushforward(at, state, Theta(), input_tangent, tangent);
  }
  void second_pushforward(const Point<Real>&, LayerState& state, const Theta&,
                          const Derivatives<Real>& input,
                          const Derivatives<Real>& output) const override {
    own(state).derivatives = Function::from_output ? output.first.flat() : input.first.flat();
    push_derivatives(phi_, own(state).values, input, output);
  }
  void second_pullback(const Point<Real>&, LayerState& state, const Theta&,
                       const MovingErrors<Real>& output, const MovingErrors<Real>& input,
                       const GradientTarget<Real>&) const override {
    if (input.errors.empty()) return;
    pull_moving_errors(phi_, own(state), output, input);
  }
  Jacobian jacobian() const override { return Jacobian::diagonal; }
  void cost(Phase phase, CostSheet& sheet) const override {
    const double numbers = sheet.rows() * features_;
    const auto slopes = [&](double times) {
      sheet.pass(3.0 * times * numbers, times);
      sheet.evaluate(times * Function::functions_of_slope * numbers);
    };
    if (phase == Phase::forward) {
      sheet.pass(2.0 * numbers);
      sheet.evaluate(Function::functions_of_value * numbers);
    }
    if (phase == Phase::backward || phase == Phase::pushforward) slopes(1.0);
    if (phase == Phase::product) slopes(2.0);  // errors back, tangents forth
    if (phase == Phase::assembly) slopes(rows_pulled_back(sheet, jacobian()) / sheet.rows());
  }

 private:
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  Place place_;
  double features_;  ///< of this rank
  Function phi_;
  std::vector<Tensor> none_;
};

}  // namespace catapult
