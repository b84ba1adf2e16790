#include "layers/batch_norm.hpp"

#include <fmt/format.h>

#include "layers/erf.hpp"
#include "layers/identity.hpp"
#include "layers/leaky_relu.hpp"
#include "layers/relu.hpp"
#include "layers/tanh.hpp"

namespace catapult {

template <class Real, class Function>
BatchNorm<Real, Function>::BatchNorm(const GridShape& grid, const Place& place, Function function,
                                     int number)
    : shape_(grid), place_(place), input_moves_(place.sharded), phi_(function) {
  place_.sharded = true;  // errors come back to its parameters, whatever lies before
  const auto add = [&](const char* what, double value, Index offset) {
    tensors_.push_back({.name = fmt::format("layers/{:02}/{}", number, what),
                        .shape = {place.channels},
                        .rows = {0, place.channels},
                        .columns = {0, 1},
                        .offset = offset,
                        .mean = value,
                        .deviation = 0.0,
                        .order = {}});
  };
  add("gamma", 1.0, 0);
  add("beta", 0.0, place.channels);
}

template <class Real, class Function>
void BatchNorm<Real, Function>::forward(const Point<Real>& at, LayerState& state,
                                        const Features<Real>& input,
                                        const Features<Real>& output) const {
  State& mine = own(state);
  mine.input = input;
  mine.statistics.take(at.grid.samples, input.flat(), epsilon);
  repeat(at, state, output);
}

template <class Real, class Function>
void BatchNorm<Real, Function>::repeat(const Point<Real>& at, LayerState& state,
                                       const Features<Real>& output) const {
  const State& mine = own(state);
  batch_norm::normalize(mine.statistics.rows(), at_theta(mine, at.theta), output.flat());
}

template <class Real, class Function>
void BatchNorm<Real, Function>::pullback(const Point<Real>& at, LayerState& state,
                                         const Features<Real>& cotangent,
                                         const Features<Real>& input_cotangent,
                                         const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const batch_norm::OfErrors<Real, Function> errors{at_theta(mine, at.theta), cotangent.flat()};
  const Vector<const Real> means = mine.statistics.means_of(at.grid.samples, errors, mine.means);
  if (!input_cotangent.empty()) {
    batch_norm::pull_errors(mine.statistics.rows(), errors, means, input_cotangent.flat());
  }
  mine.statistics.join_gradient(at.grid.samples, errors.count, gradient);
}

template <class Real, class Function>
void BatchNorm<Real, Function>::pushforward(const Point<Real>& at, LayerState& state,
                                            const Theta& theta_tangent,
                                            const Features<Real>& input_tangent,
                                            const Features<Real>& tangent) const {
  State& mine = own(state);
  const batch_norm::OfTangents<Real, Function> tangents{at_theta(mine, at.theta),
                                                        input_tangent.flat()};
  Vector<const Real> means;
  if (!input_tangent.empty()) {
    means = mine.statistics.means_of(at.grid.samples, tangents, mine.means);
  }
  batch_norm::push_tangents(mine.statistics.rows(), tangents, means, theta_tangent, tangent.flat());
}

template <class Real, class Function>
void BatchNorm<Real, Function>::second_pushforward(const Point<Real>& at, LayerState& state,
                                                   const Theta& d, const Derivatives<Real>& input,
                                                   const Derivatives<Real>& output) const {
  State& mine = own(state);
  mine.input_first = input.first;
  const batch_norm::OfDerivatives<Real, Function> derivatives{
      at_theta(mine, at.theta), input.first.flat(), input.second.flat()};
  if (!input.first.empty()) {
    mine.statistics.means_of(at.grid.samples, derivatives, mine.along);
  }
  batch_norm::push_derivatives(mine.statistics.rows(), derivatives, moving(mine), d,
                               output.first.flat(), output.second.flat());
}

template <class Real, class Function>
void BatchNorm<Real, Function>::second_pullback(const Point<Real>& at, LayerState& state,
                                                const Theta& d, const MovingErrors<Real>& output,
                                                const MovingErrors<Real>& input,
                                                const GradientTarget<Real>& gradient) const {
  State& mine = own(state);
  const batch_norm::OfMovingErrors<Real, Function> errors{
      at_theta(mine, at.theta), moving(mine), d, output.errors.flat(), output.tangents.flat()};
  const Vector<const Real> means = mine.statistics.means_of(at.grid.samples, errors, mine.means);
  if (!input.errors.empty()) {
    batch_norm::pull_moving_errors(mine.statistics.rows(), errors, means, input.errors.flat(),
                                   input.tangents.flat());
  }
  mine.statistics.join_gradient(at.grid.samples, errors.count, gradient);
}

template <class Real, class Function>
void BatchNorm<Real, Function>::cost(Phase phase, CostSheet& sheet) const {
  const double numbers = sheet.rows() * static_cast<double>(place_.features());
  const double channels = static_cast<double>(place_.channels), doubles = 8.0 / sheet.word();
  const double statistics = static_cast<double>(sheet.batch().groups()) * channels * doubles;
  const bool spread = groups_are_spread(sheet.batch(), shape_.sample_ranks);
  const auto sum = [&](double numbers_sent, double calls) {
    sheet.sum("sum batch statistics", shape_.sample_ranks, numbers_sent, calls);
  };
  switch (phase) {
    case Phase::forward:
      sheet.pass(3.0 * numbers, 5.0 + (spread ? 2.0 : 0.0));
      if (spread) sum(2.0 * statistics, 2.0);
      return;
    case Phase::repeat:
      return sheet.pass(2.0 * numbers);
    case Phase::backward:
      sheet.pass(5.0 * numbers, input_moves_ ? 6.0 : 5.0);
      return spread ? sum(2.0 * statistics, 1.0) : sum(2.0 * channels * doubles, 1.0);
    case Phase::pushforward:
      if (!input_moves_) return sheet.pass(2.0 * numbers);
      sheet.pass(5.0 * numbers, 4.0);
      if (spread) sum(2.0 * statistics, 1.0);
      return;
    case Phase::grams:
    case Phase::product:
    case Phase::assembly:
      return;
  }
}

#define CATAPULT_INSTANTIATE(Real)                 \
  template class BatchNorm<Real, Identity<Real>>;  \
  template class BatchNorm<Real, Relu<Real>>;      \
  template class BatchNorm<Real, LeakyRelu<Real>>; \
  template class BatchNorm<Real, Tanh<Real>>;      \
  template class BatchNorm<Real, Erf<Real>>;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
