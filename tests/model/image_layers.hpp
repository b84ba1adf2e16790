// Layers of images put together for the tests of their maps, at odd sizes.
// defines: ImageLayers, convolutional_layers, strided_layers, pooled_layers, pools_of_neurons,
// convolutional_block
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "layers/average_pool.hpp"
#include "layers/convolution.hpp"
#include "layers/dense.hpp"
#include "layers/elementwise.hpp"
#include "layers/max_pool.hpp"
#include "layers/reorder.hpp"
#include "layers/residual.hpp"
#include "layers/tanh.hpp"

namespace catapult::testing {

/// One layer behind another; each knows the place that the one before leaves.
class ImageLayers {
 public:
  using Layers = std::vector<std::unique_ptr<Layer<double>>>;

  ImageLayers(const GridShape& grid, const Place& place, int number = 0)
      : grid_(grid), place_(place), number_(number) {}
  /// From a row of inputs to images.
  ImageLayers(const GridShape& grid, const ImageShape& image)
      : ImageLayers(grid, place_of(image, {})) {
    add(std::make_unique<Reorder<double>>(grid, place_, Reorder<double>::To::images));
  }

  const Place& place() const { return place_; }
  ImageShape image() const { return image_of(place_); }

  void add(std::unique_ptr<Layer<double>> layer) {
    place_ = layer->output();
    layers_.push_back(std::move(layer));
  }
  void same(Index channels, Index kernel, Index stride, bool bias) {
    convolve(same_convolution(image(), channels, kernel, stride), bias);
  }
  void valid(Index channels, Index kernel, Index stride, bool bias) {
    convolve(valid_convolution(image(), channels, kernel, stride), bias);
  }
  void tanh() {
    add(std::make_unique<Elementwise<double, Tanh<double>>>(grid_, place_, Tanh<double>{}));
  }
  void max_pool(Index window, Index stride) {
    add(std::make_unique<MaxPool<double>>(grid_, place_, pool_of(image(), window, stride)));
  }
  void average_pool(const PoolShape& shape) {
    add(std::make_unique<AveragePool<double>>(grid_, place_, shape));
  }
  void flatten() {
    add(std::make_unique<Reorder<double>>(grid_, place_, Reorder<double>::To::features));
  }
  /// Neurons as images.
  void images(const ImageShape& image) {
    add(std::make_unique<Reorder<double>>(grid_, place_of(image, place_),
                                          Reorder<double>::To::images));
  }
  void dense(const Place& to) {
    const LayerScales scales{.weight = 1.0 / std::sqrt(static_cast<double>(place_.features())),
                             .bias = 0.2};
    add(std::make_unique<Dense<double>>(grid_, place_, to, scales, number_++));
  }
  void residual(ImageLayers& branch) {
    const Place before = place_;
    add(std::make_unique<Residual<double>>(
        std::make_unique<Chain<double>>(grid_, before, std::move(branch.layers_))));
  }
  Layers finish() { return std::move(layers_); }

 private:
  void convolve(const ConvolutionShape& shape, bool bias) {
    const LayerScales scales{.weight = 1.0 / std::sqrt(static_cast<double>(shape.patch())),
                             .bias = bias ? 0.3 : 0.0};
    add(std::make_unique<Conv<double>>(grid_, place_, shape, scales, number_++));
  }

  GridShape grid_;
  Place place_;
  int number_;
  Layers layers_;
};

/// Of 60 inputs: with zeros around the image and without, with biases, flattened in the end.
inline ImageLayers::Layers convolutional_layers(const GridShape& grid, Index outputs) {
  ImageLayers layers(grid, ImageShape{3, 5, 4});
  layers.same(4, 3, 1, /*bias=*/true);
  layers.tanh();
  layers.valid(5, 2, 1, /*bias=*/true);
  layers.tanh();
  layers.flatten();
  layers.dense({.channels = outputs});
  return layers.finish();
}

/// Of 35 inputs: strides, windows of one pixel, no biases, the mean over each channel.
inline ImageLayers::Layers strided_layers(const GridShape& grid, Index outputs) {
  ImageLayers layers(grid, ImageShape{1, 5, 7});
  layers.same(4, 3, 2, /*bias=*/false);
  layers.tanh();
  layers.same(6, 1, 1, /*bias=*/false);
  layers.tanh();
  layers.valid(3, 1, 2, /*bias=*/true);
  layers.average_pool(global_pool(layers.image()));
  layers.dense({.channels = outputs});
  return layers.finish();
}

/// Of 84 inputs: pools whose windows overlap and pools that leave pixels over, the last layer a
/// convolution.
inline ImageLayers::Layers pooled_layers(const GridShape& grid, Index outputs) {
  ImageLayers layers(grid, ImageShape{2, 6, 7});
  layers.max_pool(2, 1);
  layers.same(5, 2, 1, /*bias=*/true);
  layers.tanh();
  layers.max_pool(2, 2);
  layers.same(4, 3, 1, /*bias=*/false);
  layers.tanh();
  layers.average_pool(pool_of(layers.image(), 2, 1, 1));
  layers.valid(outputs, 1, 4, /*bias=*/true);
  return layers.finish();
}

/// Pools between dense layers alone: their kernel products come in blocks of vectors.
inline ImageLayers::Layers pools_of_neurons(const GridShape& grid, Index inputs, Index outputs) {
  ImageLayers layers(grid, Place{.channels = inputs});
  layers.dense({.channels = 40, .sharded = true});
  layers.tanh();
  layers.images({2, 5, 4});
  layers.max_pool(3, 1);
  layers.flatten();
  layers.dense({.channels = 24, .sharded = true});
  layers.images({2, 3, 4});
  layers.average_pool(pool_of(layers.image(), 2, 3, 1));
  layers.flatten();
  layers.dense({.channels = outputs});
  return layers.finish();
}

/// Of 40 inputs: a shortcut around two convolutions.
inline ImageLayers::Layers convolutional_block(const GridShape& grid, Index outputs) {
  ImageLayers layers(grid, ImageShape{2, 4, 5});
  layers.same(3, 3, 1, /*bias=*/true);
  ImageLayers branch(grid, layers.place(), 1);
  branch.tanh();
  branch.same(4, 3, 1, /*bias=*/false);
  branch.tanh();
  branch.same(3, 2, 1, /*bias=*/true);
  layers.residual(branch);
  layers.tanh();
  layers.average_pool(global_pool(layers.image()));
  layers.dense({.channels = outputs});
  return layers.finish();
}

}  // namespace catapult::testing
