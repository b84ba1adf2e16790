#include "model/build.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "model/activation.hpp"
#include "model/dense.hpp"

namespace catapult {
namespace {

/// ntk: W, b ~ N(0, 1), z = sigma_w/sqrt(fan_in) W h + sigma_b b.
/// standard (LeCun): W ~ N(0, sigma_w^2/fan_in), b ~ N(0, sigma_b^2), z = W h + b.
DenseScales scales_of(const ModelOptions& options, Index fan_in) {
  if (options.sigma_b == 0.0 && options.parametrization == "standard") {
    return {.weight_deviation = options.sigma_w / std::sqrt(static_cast<double>(fan_in))};
  }
  const double weight = options.sigma_w / std::sqrt(static_cast<double>(fan_in));
  if (options.parametrization == "ntk") return {.weight = weight, .bias = options.sigma_b};
  return {
      .weight = 1.0, .bias = 1.0, .weight_deviation = weight, .bias_deviation = options.sigma_b};
}

/// f = n^(-1/2) v^T u x with u, v ~ N(0, 1): the first product is unscaled.
DenseScales solvable_scales(bool first, Index width) {
  return {.weight = first ? 1.0 : 1.0 / std::sqrt(static_cast<double>(width))};
}

}  // namespace

std::vector<Index> hidden_widths(const ModelOptions& options) {
  if (options.kind == "solvable") return {options.width};
  if (!options.widths.empty()) return options.widths;
  return std::vector<Index>(static_cast<std::size_t>(options.depth), options.width);
}

template <class Real>
Network<Real> build_network(const ModelOptions& options, Index inputs, Index outputs,
                            const Grid& grid) {
  const bool solvable = options.kind == "solvable";
  std::vector<Index> sizes = hidden_widths(options);
  for (const Index width : sizes) {
    if (width < grid.width.size()) {
      throw UsageError(
          fmt::format("a hidden layer of {} neurons cannot be spread over {} width "
                      "ranks (each needs one); use fewer ranks a member or raise "
                      "study.members_at_once",
                      width, grid.width.size()));
    }
  }
  sizes.push_back(outputs);

  std::vector<std::unique_ptr<Layer<Real>>> layers;
  Place place{inputs, /*sharded=*/false};
  Index offset = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const bool last = i + 1 == sizes.size();
    const Place next{sizes[i], !last};
    const DenseScales scales =
        solvable ? solvable_scales(i == 0, options.width) : scales_of(options, place.features);
    auto dense =
        std::make_unique<Dense<Real>>(grid, place, next, scales, static_cast<int>(i), offset);
    for (const Tensor& tensor : dense->tensors()) offset += tensor.size();
    layers.push_back(std::move(dense));
    place = next;
    if (last || solvable || options.activation == "linear") continue;
    const auto kind = options.activation == "relu" ? ActivationKind::relu : ActivationKind::tanh;
    layers.push_back(std::make_unique<Activation<Real>>(place, kind));
  }
  return Network<Real>(grid, inputs, std::move(layers));
}

template Network<float> build_network(const ModelOptions&, Index, Index, const Grid&);
template Network<double> build_network(const ModelOptions&, Index, Index, const Grid&);

}  // namespace catapult
