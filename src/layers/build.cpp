#include "layers/build.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "layers/dense.hpp"
#include "layers/elementwise.hpp"
#include "layers/erf.hpp"
#include "layers/leaky_relu.hpp"
#include "layers/relu.hpp"
#include "layers/residual.hpp"
#include "layers/tanh.hpp"

namespace catapult {
namespace {

/// ntk: W, b ~ N(0, 1), z = sigma_w/sqrt(fan_in) W h + sigma_b b.
/// standard (LeCun): W ~ N(0, sigma_w^2/fan_in), b ~ N(0, sigma_b^2), z = W h + b.
DenseScales scales_of(const ModelOptions& options, Index fan_in) {
  const double weight = options.sigma_w / std::sqrt(static_cast<double>(fan_in));
  if (options.parametrization == "ntk") return {.weight = weight, .bias = options.sigma_b};
  if (options.sigma_b == 0.0) return {.weight_deviation = weight};
  return {
      .weight = 1.0, .bias = 1.0, .weight_deviation = weight, .bias_deviation = options.sigma_b};
}

/// f = n^(-1/2) v^T u x with u, v ~ N(0, 1): the first product is unscaled.
DenseScales solvable_scales(bool first, Index width) {
  return {.weight = first ? 1.0 : 1.0 / std::sqrt(static_cast<double>(width))};
}

void require_a_neuron_a_rank(const std::vector<Index>& widths, const GridShape& grid) {
  for (const Index width : widths) {
    if (width >= grid.width_ranks) continue;
    throw UsageError(fmt::format(
        "a hidden layer of {} neurons cannot be spread over {} width ranks (each needs one); use "
        "fewer ranks a member or raise study.members_at_once",
        width, grid.width_ranks));
  }
}

/// Puts layers together, one after another.
template <class Real>
class Builder {
 public:
  using Layers = std::vector<std::unique_ptr<Layer<Real>>>;

  Builder(const ModelOptions& options, const GridShape& grid, Index inputs)
      : options_(options), grid_(grid), input_{inputs}, place_{inputs} {}

  /// A dense layer to `neurons`, with the activation behind it.
  void add_hidden(Index neurons) {
    Place next{.channels = neurons, .sharded = true};
    Layers layers;
    layers.push_back(dense(next));
    if (auto phi = activation(next)) layers.push_back(std::move(phi));
    if (options_.residual && place_ == next) {
      auto branch = std::make_unique<Chain<Real>>(grid_, place_, std::move(layers));
      layers.clear();
      layers.push_back(std::make_unique<Residual<Real>>(std::move(branch)));
    }
    for (auto& layer : layers) layers_.push_back(std::move(layer));
    place_ = next;
  }

  std::unique_ptr<Chain<Real>> finish(Index outputs) {
    layers_.push_back(dense({.channels = outputs}));
    return std::make_unique<Chain<Real>>(grid_, input_, std::move(layers_));
  }

 private:
  std::unique_ptr<Layer<Real>> dense(const Place& next) {
    const DenseScales scales = options_.kind == "solvable"
                                   ? solvable_scales(number_ == 0, options_.width)
                                   : scales_of(options_, place_.features());
    return std::make_unique<Dense<Real>>(grid_, place_, next, scales, number_++);
  }

  /// None where it is the identity.
  std::unique_ptr<Layer<Real>> activation(const Place& place) const {
    const std::string& name = options_.activation;
    if (options_.kind == "solvable" || name == "linear") return nullptr;
    if (name == "relu") return elementwise(place, Relu<Real>{});
    if (name == "leaky_relu") {
      return elementwise(place, LeakyRelu<Real>{static_cast<Real>(options_.leaky_slope)});
    }
    if (name == "erf") return elementwise(place, Erf<Real>{});
    return elementwise(place, Tanh<Real>{});
  }

  template <class Function>
  std::unique_ptr<Layer<Real>> elementwise(const Place& place, Function function) const {
    return std::make_unique<Elementwise<Real, Function>>(grid_, place, function);
  }

  const ModelOptions& options_;
  GridShape grid_;
  Place input_, place_;  ///< of the chain; behind the last layer
  int number_ = 0;       ///< of dense layers
  Layers layers_;
};

}  // namespace

std::vector<Index> hidden_widths(const ModelOptions& options) {
  if (options.kind == "solvable") return {options.width};
  if (!options.widths.empty()) return options.widths;
  return std::vector<Index>(static_cast<std::size_t>(options.depth), options.width);
}

template <class Real>
std::unique_ptr<Chain<Real>> build_chain(const ModelOptions& options, Index inputs, Index outputs,
                                         const GridShape& grid) {
  const std::vector<Index> widths = hidden_widths(options);
  require_a_neuron_a_rank(widths, grid);
  Builder<Real> builder(options, grid, inputs);
  for (const Index neurons : widths) builder.add_hidden(neurons);
  return builder.finish(outputs);
}

template <class Real>
Network<Real> build_network(const ModelOptions& options, Index inputs, Index outputs,
                            const Grid& grid) {
  return {grid, build_chain<Real>(options, inputs, outputs, grid.shape())};
}

#define CATAPULT_INSTANTIATE(Real)                                                     \
  template std::unique_ptr<Chain<Real>> build_chain(const ModelOptions&, Index, Index, \
                                                    const GridShape&);                 \
  template Network<Real> build_network(const ModelOptions&, Index, Index, const Grid&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
