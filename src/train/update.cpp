#include "train/update.hpp"

#include <cmath>

#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// theta <- theta - eta v, where the product that forms g adds it to v, or to theta itself.
template <class Real>
void descend_fused(const Network<Real>& network, Tape<Real>& tape, const Matrix<Real>& cotangent,
                   double eta, const TrainOptions& options, TrainingState<Real>& state) {
  const Vector<const Real> theta = state.theta;
  if (options.momentum == 0.0) {
    network.pullback(theta, tape, cotangent, {state.theta, -eta, 1.0 - eta * options.l2});
    return;
  }
  double keep = options.momentum;
  if (options.l2 != 0.0) {  // v <- gamma v + l2 theta first, so that the product adds to it
    axpby<Real>(options.l2, theta, keep, state.velocity);
    keep = 1.0;
  }
  network.pullback(theta, tape, cotangent, {state.velocity, 1.0, keep});
  axpby<Real>(-eta, state.velocity, 1.0, state.theta);
}

template <class Real>
void step_nesterov(const Vector<const Real>& gradient, double eta, const TrainOptions& options,
                   const Vector<Real>& theta, const Vector<Real>& velocity) {
  const Real gamma = static_cast<Real>(options.momentum), l2 = static_cast<Real>(options.l2);
  const Real rate = static_cast<Real>(eta);
  Kokkos::parallel_for(
      "step_nesterov", Range1(0, static_cast<Index>(theta.extent(0))), KOKKOS_LAMBDA(Index i) {
        const Real g = gradient(i) + l2 * theta(i);
        velocity(i) = gamma * velocity(i) + g;
        theta(i) -= rate * (g + gamma * velocity(i));
      });
}

/// 1 - beta^t
double correction(double beta, Index updates) {
  return 1.0 - std::pow(beta, static_cast<double>(updates));
}

template <class Real>
void step_adam(const Vector<const Real>& gradient, double eta, const TrainOptions& options,
               const TrainingState<Real>& state) {
  const Vector<Real> theta = state.theta, mean = state.velocity, squares = state.squares;
  const Real b1 = static_cast<Real>(options.beta_1), b2 = static_cast<Real>(options.beta_2);
  const Real more_1 = static_cast<Real>(1.0 - options.beta_1);
  const Real more_2 = static_cast<Real>(1.0 - options.beta_2);
  const Real l2 = static_cast<Real>(options.l2), epsilon = static_cast<Real>(options.epsilon);
  const Real rate = static_cast<Real>(eta / correction(options.beta_1, state.updates));
  const Real shrink = static_cast<Real>(1.0 / std::sqrt(correction(options.beta_2, state.updates)));
  Kokkos::parallel_for(
      "step_adam", Range1(0, static_cast<Index>(theta.extent(0))), KOKKOS_LAMBDA(Index i) {
        const Real g = gradient(i) + l2 * theta(i);
        mean(i) = b1 * mean(i) + more_1 * g;
        squares(i) = b2 * squares(i) + more_2 * g * g;
        theta(i) -= rate * mean(i) / (shrink * std::sqrt(squares(i)) + epsilon);
      });
}

}  // namespace

int vectors_of(const TrainOptions& options) {
  if (options.optimizer == "adam") return 4;      // theta, m, s, g
  if (options.optimizer == "nesterov") return 3;  // theta, v, g
  return options.momentum > 0.0 ? 2 : 1;
}

template <class Real>
void make_room(const TrainOptions& options, Index parameters, TrainingState<Real>& state) {
  const int vectors = vectors_of(options);
  if (vectors > 1) state.velocity = Vector<Real>("velocity", parameters);
  if (vectors > 2) state.gradient = Vector<Real>("gradient", parameters);
  if (vectors > 3) state.squares = Vector<Real>("squares", parameters);
}

template <class Real>
void descend(const Network<Real>& network, Tape<Real>& tape, const Matrix<Real>& cotangent,
             double eta, const TrainOptions& options, TrainingState<Real>& state) {
  ++state.updates;
  if (options.optimizer == "gd") {
    return descend_fused(network, tape, cotangent, eta, options, state);
  }
  network.pullback(state.theta, tape, cotangent, {state.gradient, 1.0, 0.0});
  if (options.optimizer == "nesterov") {
    step_nesterov<Real>(state.gradient, eta, options, state.theta, state.velocity);
  } else {
    step_adam<Real>(state.gradient, eta, options, state);
  }
}

template <class Real>
void adam_scale(const TrainOptions& options, const TrainingState<Real>& state,
                const Vector<Real>& scale) {
  const Vector<const Real> squares = state.squares;
  const double shrink = 1.0 / correction(options.beta_2, state.updates);
  const double epsilon = options.epsilon;
  Kokkos::parallel_for(
      "adam_scale", Range1(0, static_cast<Index>(scale.extent(0))), KOKKOS_LAMBDA(Index i) {
        scale(i) = static_cast<Real>(std::sqrt(shrink * double(squares(i))) + epsilon);
      });
}

#define CATAPULT_INSTANTIATE(Real)                                                      \
  template void make_room(const TrainOptions&, Index, TrainingState<Real>&);            \
  template void descend(const Network<Real>&, Tape<Real>&, const Matrix<Real>&, double, \
                        const TrainOptions&, TrainingState<Real>&);                     \
  template void adam_scale(const TrainOptions&, const TrainingState<Real>&, const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
