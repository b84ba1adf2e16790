// Networks on which the maps of every layer are tested.
// defines: Case, model_of, cases, second_order_cases, network_of
#pragma once

#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

#include "layers/build.hpp"
#include "layers/dense.hpp"
#include "layers/elementwise.hpp"
#include "layers/erf.hpp"
#include "layers/hidden_layer.hpp"
#include "layers/leaky_relu.hpp"
#include "layers/residual.hpp"
#include "layers/tanh.hpp"
#include "model/centered.hpp"
#include "model/filter.hpp"
#include "model/image_layers.hpp"

namespace catapult::testing {

struct Case {
  using Layers = std::vector<std::unique_ptr<Layer<double>>>;

  const char* name;
  ModelOptions model;
  Index samples, inputs, outputs;
  /// Puts together what no deck can name; `model.widths` are the neurons of its places.
  Layers (*layers)(const Case&, const GridShape&) = nullptr;
  bool second_order = true;   ///< whether all its layers have these maps
  bool samples_only = false;  ///< spread over sample ranks alone
  ImageShape image = {};

  friend void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }
};

inline ModelOptions model_of(std::vector<Index> widths, const char* activation,
                             const char* parametrization, double sigma_b) {
  ModelOptions model;
  model.widths = widths;
  model.depth = static_cast<Index>(widths.size());
  model.activation = activation;
  model.parametrization = parametrization;
  model.sigma_w = 1.3;
  model.sigma_b = sigma_b;
  model.seed = 5;
  return model;
}

inline ModelOptions leaky_of(std::vector<Index> widths, double slope) {
  ModelOptions model = model_of(std::move(widths), "leaky_relu", "ntk", 0.1);
  model.leaky_slope = slope;
  return model;
}

/// Shortcuts wherever two widths agree; biases as well.
inline ModelOptions residual_of(std::vector<Index> widths, const char* activation) {
  ModelOptions model = model_of(std::move(widths), activation, "ntk", 0.1);
  model.residual = true;
  return model;
}

inline ModelOptions solvable_of(Index width) {
  ModelOptions model;
  model.kind = "solvable";
  model.width = width;
  return model;
}

inline Place neurons_of(const Case& test, std::size_t layer) {
  return {.channels = test.model.widths[layer], .sharded = true};
}

inline std::unique_ptr<Layer<double>> dense(const GridShape& grid, const Place& from,
                                            const Place& to, int number) {
  const LayerScales scales{.weight = 1.0 / std::sqrt(static_cast<double>(from.features())),
                           .bias = 0.2};
  return std::make_unique<Dense<double>>(grid, from, to, scales, number);
}

inline std::unique_ptr<Layer<double>> tanh_at(const GridShape& grid, const Place& place) {
  return std::make_unique<Elementwise<double, Tanh<double>>>(grid, place, Tanh<double>{});
}

/// The hidden layer in blocks of at most three neurons.
template <class Function>
Case::Layers hidden_layers(const Case& test, const GridShape& grid, Function function,
                           Activations activations) {
  constexpr Index neurons_of_block = 3;
  const LayerScales first{.weight = 0.7, .bias = 0.3}, last{.weight = 0.4, .bias = 0.2};
  Case::Layers layers;
  layers.push_back(std::make_unique<HiddenLayer<double>>(
      grid, Place{.channels = test.inputs},
      std::make_unique<Elementwise<double, Function>>(grid, neurons_of(test, 0), function),
      Place{.channels = test.outputs}, first, last, 0, activations, neurons_of_block));
  return layers;
}
inline Case::Layers stored_tanh(const Case& test, const GridShape& grid) {
  return hidden_layers(test, grid, Tanh<double>{}, Activations::stored);
}
inline Case::Layers recomputed_tanh(const Case& test, const GridShape& grid) {
  return hidden_layers(test, grid, Tanh<double>{}, Activations::recomputed);
}
inline Case::Layers stored_erf(const Case& test, const GridShape& grid) {
  return hidden_layers(test, grid, Erf<double>{}, Activations::stored);
}
inline Case::Layers recomputed_erf(const Case& test, const GridShape& grid) {
  return hidden_layers(test, grid, Erf<double>{}, Activations::recomputed);
}
inline Case::Layers recomputed_leaky_relu(const Case& test, const GridShape& grid) {
  return hidden_layers(test, grid, LeakyRelu<double>{0.2}, Activations::recomputed);
}

/// A tensor whose order in memory is not that of files, no second-order maps.
inline Case::Layers filter_layers(const Case& test, const GridShape& grid) {
  const Place image{.channels = test.inputs / 8, .height = 4, .width = 2};
  const Place first = neurons_of(test, 0), second = neurons_of(test, 1);
  Case::Layers layers;
  layers.push_back(std::make_unique<Filter>(grid, image, first, 0));
  layers.push_back(tanh_at(grid, first));
  layers.push_back(dense(grid, first, second, 1));
  layers.push_back(tanh_at(grid, second));
  layers.push_back(dense(grid, second, {.channels = test.outputs}, 2));
  return layers;
}

/// Samples coupled by a layer without parameters, which works in place.
inline Case::Layers centered_layers(const Case& test, const GridShape& grid) {
  const Place place = neurons_of(test, 0);
  Case::Layers layers;
  layers.push_back(dense(grid, {.channels = test.inputs}, place, 0));
  layers.push_back(std::make_unique<Centered>(grid, place));
  layers.push_back(tanh_at(grid, place));
  layers.push_back(dense(grid, place, {.channels = test.outputs}, 1));
  return layers;
}

/// Samples coupled by layers with parameters of their own, within a block with a shortcut too.
inline Case::Layers scaled_layers(const Case& test, const GridShape& grid) {
  const Place place = neurons_of(test, 0);
  Case::Layers branch, layers;
  branch.push_back(std::make_unique<Centered>(grid, place, 2));
  branch.push_back(tanh_at(grid, place));
  branch.push_back(dense(grid, place, place, 3));
  layers.push_back(dense(grid, {.channels = test.inputs}, place, 0));
  layers.push_back(std::make_unique<Centered>(grid, place, 1));
  layers.push_back(tanh_at(grid, place));
  layers.push_back(std::make_unique<Residual<double>>(
      std::make_unique<Chain<double>>(grid, place, std::move(branch))));
  layers.push_back(std::make_unique<Centered>(grid, place));
  layers.push_back(dense(grid, place, {.channels = test.outputs}, 4));
  return layers;
}

/// Of layers of images, which take one width rank.
inline Case images_case(const char* name, Index samples, Index inputs, Index outputs,
                        Case::Layers (*layers)(const Case&, const GridShape&)) {
  return {.name = name,
          .model = model_of({}, "tanh", "ntk", 0.0),
          .samples = samples,
          .inputs = inputs,
          .outputs = outputs,
          .layers = layers,
          .samples_only = true};
}

/// Of what a deck names, on images; `group` samples share batch statistics.
inline Case deck_images(const char* name, ModelOptions model, Index samples, Index outputs,
                        const ImageShape& image, Index group) {
  model.batch_norm_group = group;
  return {.name = name,
          .model = std::move(model),
          .samples = samples,
          .inputs = image.inputs(),
          .outputs = outputs,
          .samples_only = true,
          .image = image};
}

inline ModelOptions cnn_of(std::vector<std::string> layers) {
  ModelOptions model = model_of({}, "tanh", "ntk", 0.2);
  model.kind = "cnn";
  model.layers = std::move(layers);
  return model;
}

inline ModelOptions wrn_of(const char* shortcut, const char* activation,
                           const char* parametrization, const char* bias) {
  ModelOptions model = model_of({}, activation, parametrization, 0.0);
  model.kind = "wrn";
  model.depth = 10;
  model.base_channels = 2;
  model.shortcut = shortcut;
  model.bias = bias;
  return model;
}

inline ModelOptions without_batch_norm(ModelOptions model) {
  model.batch_norm = false;
  return model;
}

/// Awkward sizes on purpose: widths not divisible by ranks, one output, one sample, more samples
/// than inputs (parameter form) and fewer (Gram form), fewer samples than ranks, no hidden layer.
inline std::vector<Case> cases() {
  return {
      {"relu_two_layers", model_of({11, 7}, "relu", "ntk", 0.0), 9, 5, 3},
      {"relu_bias", model_of({13, 6, 8}, "relu", "ntk", 0.3), 4, 17, 2},
      {"tanh_standard", model_of({10, 9}, "tanh", "standard", 0.2), 7, 6, 4},
      {"linear_one_output", model_of({12}, "linear", "ntk", 0.0), 6, 8, 1},
      {"no_hidden_layer", model_of({}, "relu", "ntk", 0.5), 5, 7, 3},
      {"one_sample", model_of({8, 5}, "tanh", "ntk", 0.1), 1, 4, 2},
      {"solvable", solvable_of(14), 3, 2, 1},
      {"leaky_relu", leaky_of({9, 7}, 0.2), 6, 5, 3},
      {"erf_bias", model_of({10, 6}, "erf", "ntk", 0.2), 5, 9, 2},
      {"residual_relu", residual_of({8, 8, 8, 6}, "relu"), 7, 5, 3},
      {"residual_erf", residual_of({7, 7, 7}, "erf"), 4, 11, 2},
      {"residual_linear", residual_of({9, 9}, "linear"), 5, 3, 1},
      {"wide", model_of({1501}, "relu", "ntk", 0.1), 3, 811, 2},  // gradients in several blocks
      {"hidden_tanh", model_of({11}, "tanh", "ntk", 0.0), 4, 6, 3, stored_tanh},
      {"hidden_tanh_again", model_of({11}, "tanh", "ntk", 0.0), 4, 6, 3, recomputed_tanh},
      {"hidden_erf", model_of({8}, "erf", "ntk", 0.0), 7, 5, 2, stored_erf},
      {"hidden_erf_again", model_of({8}, "erf", "ntk", 0.0), 5, 7, 2, recomputed_erf},
      {"hidden_signs", model_of({10}, "leaky_relu", "ntk", 0.0), 5, 6, 3, recomputed_leaky_relu},
      {"filter", model_of({7, 5}, "tanh", "ntk", 0.0), 6, 24, 2, filter_layers, false},
      {"centered", model_of({9}, "tanh", "ntk", 0.0), 7, 5, 3, centered_layers},
      {"centered_wide_input", model_of({6}, "tanh", "ntk", 0.0), 3, 13, 2, centered_layers},
      {"scaled", model_of({8}, "tanh", "ntk", 0.0), 9, 6, 2, scaled_layers},
      {"scaled_two_samples", model_of({5}, "tanh", "ntk", 0.0), 2, 4, 3, scaled_layers},
      images_case("convolutions", 5, 60, 3,
                  [](const Case& test, const GridShape& grid) {
                    return convolutional_layers(grid, test.outputs);
                  }),
      images_case("convolutions_of_two_samples", 2, 60, 1,
                  [](const Case& test, const GridShape& grid) {
                    return convolutional_layers(grid, test.outputs);
                  }),
      images_case("strided_convolutions", 7, 35, 2,
                  [](const Case& test, const GridShape& grid) {
                    return strided_layers(grid, test.outputs);
                  }),
      images_case("pools", 5, 84, 3,
                  [](const Case& test, const GridShape& grid) {
                    return pooled_layers(grid, test.outputs);
                  }),
      images_case("pools_of_neurons", 6, 7, 2,
                  [](const Case& test, const GridShape& grid) {
                    return pools_of_neurons(grid, test.inputs, test.outputs);
                  }),
      images_case("convolutional_block", 4, 40, 2,
                  [](const Case& test, const GridShape& grid) {
                    return convolutional_block(grid, test.outputs);
                  }),
      deck_images("batch_norm",
                  cnn_of({"conv 3 same", "batchnorm", "tanh", "conv 4 valid kernel 2", "batchnorm",
                          "erf", "mean"}),
                  7, 2, {2, 4, 5}, 3),
      deck_images("batch_norm_of_all",
                  cnn_of({"conv 3 same stride 2", "batchnorm", "flatten", "dense 5", "tanh"}), 5, 3,
                  {1, 5, 3}, 0),
      deck_images("batch_norm_of_neurons", cnn_of({"flatten", "dense 6", "batchnorm", "relu"}), 9,
                  2, {2, 2, 3}, 4),
      deck_images("batch_norm_of_inputs", cnn_of({"batchnorm", "leaky_relu", "mean"}), 6, 2,
                  {3, 3, 2}, 4),
      deck_images("wrn", wrn_of("conv3", "tanh", "standard", "on"), 6, 3, {3, 5, 6}, 4),
      deck_images("wrn_relu", wrn_of("conv1", "relu", "ntk", "auto"), 5, 2, {1, 6, 5}, 0),
      deck_images("wrn_preact", wrn_of("preact1", "erf", "standard", "dense"), 6, 2, {3, 7, 6}, 3),
      deck_images("wrn_plain", without_batch_norm(wrn_of("preact1", "tanh", "ntk", "off")), 4, 2,
                  {2, 5, 4}, 0),
  };
}

inline std::vector<Case> second_order_cases() {
  std::vector<Case> all = cases();
  std::erase_if(all, [](const Case& test) { return !test.second_order; });
  return all;
}

inline Case case_named(const std::string& name) {
  for (const Case& test : cases()) {
    if (test.name == name) return test;
  }
  throw std::logic_error("no case " + name);
}

inline Network<double> network_of(const Case& test, const Grid& grid) {
  if (test.layers == nullptr) {
    return build_network<double>(test.model, {test.inputs, test.outputs, test.image}, grid);
  }
  return {grid, std::make_unique<Chain<double>>(grid.shape(), Place{.channels = test.inputs},
                                                test.layers(test, grid.shape()))};
}

}  // namespace catapult::testing
