// The mean over all samples taken off: a layer that couples samples.
// defines: Centered
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/views.hpp"
#include "model/layer.hpp"

namespace catapult::testing {

/// y = gamma (x - <x>), <x> the mean over the samples of all ranks, gamma one number a channel that
/// starts at 1; or y = x - <x>, without parameters. With P x = x - <x>, which is symmetric:
/// xbar = P gamma ybar, gammabar = sum ybar P x; y' = gamma P x' + gamma' P x,
/// y'' = gamma P x'' + 2 gamma' P x'. The state keeps P x and P x'; all else may lie in place.
/// No Gram terms.
class Centered final : public Layer<double> {
 public:
  /// At a sharded place; `number` names gamma, without one there is none.
  Centered(const GridShape& grid, const Place& place, int number = -1) : place_(place) {
    if (number < 0) return;
    tensors_.push_back({.name = "layers/0" + std::to_string(number) + "/scale",
                        .shape = {place.channels},
                        .rows = local_channels(grid, place),
                        .columns = {0, 1},
                        .mean = 1.0,
                        .deviation = 0.0,
                        .stream = static_cast<std::uint32_t>(2 * number),
                        .order = {}});
  }

  std::string name() const override { return "centered"; }
  Place output() const override { return place_; }
  const std::vector<Tensor>& tensors() const override { return tensors_; }
  BufferUse use() const override { return {.in_place = true}; }
  std::unique_ptr<LayerState> make_state(const Batch&, const Workspace<double>&) const override {
    return std::make_unique<State>();
  }
  bool couples_samples() const override { return true; }

  void forward(const Point<double>& at, LayerState& state, const Features<double>& input,
               const Features<double>& output) const override {
    own(state).centered = centered(at.grid, input);
    set(output, at.theta, own(state).centered, {}, {});
  }
  void pullback(const Point<double>& at, LayerState& state, const Features<double>& cotangent,
                const Features<double>& input_cotangent,
                const GradientTarget<double>& gradient) const override {
    Values sums(gradient.wanted() ? parameters() : 0, 0.0);
    add_products(sums, cotangent, own(state).centered);
    if (!input_cotangent.empty()) {
      set(input_cotangent, at.theta, values_of(cotangent), {}, {});
      copy(centered(at.grid, input_cotangent), input_cotangent);
    }
    join(at.grid, sums, gradient);
  }
  void pushforward(const Point<double>& at, LayerState& state, const Theta& theta_tangent,
                   const Features<double>& input_tangent,
                   const Features<double>& tangent) const override {
    const Values moved = centered(at.grid, input_tangent);
    set(tangent, at.theta, moved, theta_tangent, own(state).centered);
  }
  void second_pushforward(const Point<double>& at, LayerState& state, const Theta& d,
                          const Derivatives<double>& input,
                          const Derivatives<double>& output) const override {
    State& mine = own(state);
    mine.first = centered(at.grid, input.first);
    Values twice = mine.first;
    for (double& value : twice) value *= 2.0;
    if (!output.second.empty()) {
      set(output.second, at.theta, centered(at.grid, input.second), d, twice);
    }
    set(output.first, at.theta, mine.first, d, mine.centered);
  }
  void second_pullback(const Point<double>& at, LayerState& state, const Theta& d,
                       const MovingErrors<double>& output, const MovingErrors<double>& input,
                       const GradientTarget<double>& gradient) const override {
    Values sums(gradient.wanted() ? parameters() : 0, 0.0);
    add_products(sums, output.errors, own(state).first);
    add_products(sums, output.tangents, own(state).centered);
    if (!input.errors.empty()) {
      const Values errors = values_of(output.errors);
      set(input.tangents, at.theta, values_of(output.tangents), d, errors);
      copy(centered(at.grid, input.tangents), input.tangents);
      set(input.errors, at.theta, errors, {}, {});
      copy(centered(at.grid, input.errors), input.errors);
    }
    join(at.grid, sums, gradient);
  }
  void cost(Phase, CostSheet&) const override {}

 private:
  using Values = std::vector<double>;  // (rows, features)
  struct State final : LayerState {
    Values centered, first;
  };
  static State& own(LayerState& state) { return static_cast<State&>(state); }

  static Values values_of(const Features<double>& from) { return testing::values_of(from.flat()); }
  static void copy(const Values& from, const Features<double>& to) {
    upload(from.data(), to.flat());
  }

  /// P of each vector by itself; of nothing, nothing.
  Values centered(const Grid& grid, const Features<double>& from) const {
    if (from.empty()) return {};
    Values values = values_of(from);
    const Index width = from.width(0), samples = from.samples();
    const double all = grid.samples.sum(static_cast<double>(samples));
    for (Index vector = 0; vector < from.vectors(); ++vector) {
      double* rows = values.data() + vector * samples * width;
      Values means(static_cast<std::size_t>(width), 0.0);
      for (Index i = 0; i < samples * width; ++i) {
        means[static_cast<std::size_t>(i % width)] += rows[i] / all;
      }
      grid.samples.sum(means.data(), width);
      for (Index i = 0; i < samples * width; ++i) {
        rows[i] -= means[static_cast<std::size_t>(i % width)];
      }
    }
    return values;
  }

  /// to <- factor a + other b, factors one a channel; missing: 1 and 0. Empty values are zero.
  void set(const Features<double>& to, const Theta& factor, const Values& a, const Theta& other,
           const Values& b) const {
    const auto channels = static_cast<std::size_t>(to.width(0) / place_.positions());
    const Values of_a = testing::values_of(factor), of_b = testing::values_of(other);
    Values values(to.flat().size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t channel = i % channels;
      if (!a.empty()) values[i] += (tensors_.empty() ? 1.0 : of_a[channel]) * a[i];
      if (!b.empty() && !of_b.empty()) values[i] += of_b[channel] * b[i];
    }
    copy(values, to);
  }

  void add_products(Values& sums, const Features<double>& a, const Values& b) const {
    if (sums.empty()) return;
    const Values left = values_of(a);
    for (std::size_t i = 0; i < left.size(); ++i) sums[i % sums.size()] += left[i] * b[i];
  }

  static void join(const Grid& grid, Values& sums, const GradientTarget<double>& gradient) {
    grid.samples.sum(sums.data(), static_cast<Index>(sums.size()));
    if (!gradient.wanted()) return;
    Values target = testing::values_of(gradient.target);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      target[i] =
          gradient.alpha * sums[i] + (gradient.beta == 0.0 ? 0.0 : gradient.beta * target[i]);
    }
    upload(target.data(), gradient.target);
  }

  Place place_;
  std::vector<Tensor> tensors_;
};

}  // namespace catapult::testing
