// Puts the layers of a network together, one after another.
// defines: Builder
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "layers/average_pool.hpp"
#include "layers/batch_norm.hpp"
#include "layers/convolution.hpp"
#include "layers/dense.hpp"
#include "layers/elementwise.hpp"
#include "layers/erf.hpp"
#include "layers/hidden_layer.hpp"
#include "layers/identity.hpp"
#include "layers/leaky_relu.hpp"
#include "layers/max_pool.hpp"
#include "layers/options.hpp"
#include "layers/relu.hpp"
#include "layers/reorder.hpp"
#include "layers/residual.hpp"
#include "layers/tanh.hpp"

namespace catapult {

/// Layers go to the end of what has been put together; tensors are numbered in this order.
template <class Real>
class Builder {
 public:
  using Layers = std::vector<std::unique_ptr<Layer<Real>>>;

  Builder(const ModelOptions& options, const GridShape& grid, const Place& input)
      : options_(options), grid_(grid), input_(input), place_(input) {}

  const Place& place() const { return place_; }  ///< behind the last layer

  /// From inputs in the order of files to images.
  void add_images(const Place& images) {
    add(std::make_unique<Reorder<Real>>(grid_, images, Reorder<Real>::To::images));
  }
  void add_flatten() {
    add(std::make_unique<Reorder<Real>>(grid_, place_, Reorder<Real>::To::features));
  }
  void add_dense(const Place& next) { add_dense(next, Role::hidden); }
  /// Dense, activation, dense in one, behind the inputs of the network.
  void add_hidden(const Place& neurons, const std::string& activation, const Place& next,
                  Activations activations) {
    const LayerScales first = dense_scales(place_.features(), neurons.channels, Role::hidden);
    ++number_;
    const LayerScales last = dense_scales(neurons.features(), next.channels, Role::last);
    with_function(activation, [&](auto function) {
      add(std::make_unique<HiddenLayer<Real>>(
          grid_, place_,
          std::make_unique<Elementwise<Real, decltype(function)>>(grid_, neurons, function), next,
          first, last, number_ - 1, activations));
    });
    ++number_;
  }
  void add_convolution(const ConvolutionShape& shape) { add(convolution(place_, shape)); }
  /// With an activation behind it.
  void add_batch_norm(const std::string& activation) {
    with_function(activation, [&](auto function) {
      add(std::make_unique<BatchNorm<Real, decltype(function)>>(grid_, place_, function,
                                                                number_++));
    });
  }
  void add_max_pool(const PoolShape& shape) {
    add(std::make_unique<MaxPool<Real>>(grid_, place_, shape));
  }
  void add_average_pool(const PoolShape& shape) {
    add(std::make_unique<AveragePool<Real>>(grid_, place_, shape));
  }
  /// None where it is the identity.
  void add_activation(const std::string& name) {
    if (name == "linear") return;
    with_function(name, [&](auto function) {
      add(std::make_unique<Elementwise<Real, decltype(function)>>(grid_, place_, function));
    });
  }

  /// What `branch` adds becomes one layer with a shortcut around it: a convolution, or the input.
  template <class Branch>
  void add_residual(const Branch& branch, const ConvolutionShape* shortcut = nullptr) {
    const Place from = place_;
    Layers before = std::exchange(layers_, {});
    branch();
    auto chain =
        std::make_unique<Chain<Real>>(grid_, from, std::exchange(layers_, std::move(before)));
    auto around = shortcut != nullptr ? convolution(from, *shortcut) : nullptr;
    add(std::make_unique<Residual<Real>>(std::move(chain), std::move(around)));
  }

  /// With the dense layer to the outputs.
  std::unique_ptr<Chain<Real>> finish(Index outputs) {
    add_dense({.channels = outputs}, Role::last);
    return finish();
  }
  std::unique_ptr<Chain<Real>> finish() {
    return std::make_unique<Chain<Real>>(grid_, input_, std::move(layers_));
  }

 private:
  enum class Role { hidden, last };

  void add_dense(const Place& next, Role role) {
    const LayerScales scales = dense_scales(place_.features(), next.channels, role);
    add(std::make_unique<Dense<Real>>(grid_, place_, next, scales, number_++));
  }

  void add(std::unique_ptr<Layer<Real>> layer) {
    place_ = layer->output();
    layers_.push_back(std::move(layer));
  }

  /// ntk: W, b ~ N(0, 1), z = sigma_w/sqrt(fan_in) W h + sigma_b b.
  /// standard (LeCun): W ~ N(0, sigma_w^2/fan_in), b ~ N(0, sigma_b^2), z = W h + b.
  /// mup: as standard, but layers with a fan_out n that grows and a fan_in that does not (the first
  /// one, biases) have a factor sqrt(n) and 1/sqrt(n) of the deviation, the last layer a factor
  /// 1/sqrt(fan_in): one learning rate for all (Yang and Hu 2021, table 1, for SGD).
  LayerScales scales_of(Index fan_in, Index fan_out, Role role, bool bias_allowed) const {
    const double weight = options_.sigma_w / std::sqrt(static_cast<double>(fan_in));
    const double bias = options_.sigma_b;
    const bool ntk = options_.parametrization == "ntk";
    const bool has_bias = bias_allowed && (bias > 0.0 || (options_.bias != "auto" && !ntk));
    if (ntk) return {.weight = weight, .bias = has_bias ? bias : 0.0};
    LayerScales scales{.weight = 1.0,
                       .bias = has_bias ? 1.0 : 0.0,
                       .weight_deviation = weight,
                       .bias_deviation = bias};
    if (options_.parametrization == "standard") return scales;
    if (role == Role::last) {
      scales.weight = 1.0 / std::sqrt(static_cast<double>(fan_in));
      return scales;
    }
    const double growth = std::sqrt(static_cast<double>(fan_out));
    scales.bias *= growth;
    scales.bias_deviation /= growth;
    if (number_ > 0) return scales;
    scales.weight *= growth;
    scales.weight_deviation /= growth;
    return scales;
  }

  LayerScales dense_scales(Index fan_in, Index fan_out, Role role) const {
    if (options_.kind != "solvable") {
      return scales_of(fan_in, fan_out, role, options_.bias != "off");
    }
    // f = n^(-1/2) v^T u x with u, v ~ N(0, 1): the first product is unscaled. (Fewer neurons than
    // n may stand for all of them.)
    return {.weight = number_ == 0 ? 1.0 : 1.0 / std::sqrt(static_cast<double>(options_.width))};
  }

  std::unique_ptr<Layer<Real>> convolution(const Place& from, const ConvolutionShape& shape) {
    const bool bias_allowed = options_.bias == "auto" || options_.bias == "on";
    return std::make_unique<Conv<Real>>(
        grid_, from, shape,
        scales_of(shape.patch(), shape.output.channels, Role::hidden, bias_allowed), number_++);
  }

  /// Calls use(function) with the activation of this name.
  template <class Use>
  void with_function(const std::string& name, const Use& use) const {
    if (name == "linear") return use(Identity<Real>{});
    if (name == "relu") return use(Relu<Real>{});
    if (name == "leaky_relu") {
      return use(LeakyRelu<Real>{static_cast<Real>(options_.leaky_slope)});
    }
    if (name == "erf") return use(Erf<Real>{});
    use(Tanh<Real>{});
  }

  const ModelOptions& options_;
  GridShape grid_;
  Place input_, place_;  ///< of the chain; behind the last layer
  int number_ = 0;       ///< of layers with tensors
  Layers layers_;
};

}  // namespace catapult
