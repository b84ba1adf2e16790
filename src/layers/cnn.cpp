#include <fmt/format.h>

#include "layers/build_kinds.hpp"
#include "layers/words.hpp"

namespace catapult {
namespace {

using Kind = LayerWords::Kind;

std::string size_of(const Place& place) {
  return fmt::format("{} x {}", place.height, place.width);
}

/// A layer of images needs some, and as large as its window.
void require_images(const LayerWords& layer, const Place& place, bool flattened, Index window) {
  if (flattened) {
    throw misplaced(layer, "a layer before it has made one row of all features of an image",
                    "put it before \"flatten\", \"mean\" and \"dense\"");
  }
  if (place.height >= window && place.width >= window) return;
  throw misplaced(layer,
                  fmt::format("images are {} there, smaller than a window of {} x {}",
                              size_of(place), window, window),
                  "choose a smaller window, or fewer layers that shrink images before it");
}

/// Adds layers one after another, and knows whether there are images still.
template <class Real>
class Images {
 public:
  Images(const ModelOptions& options, const NetworkEnds& ends, const GridShape& grid)
      : options_(options), builder_(options, grid, {.channels = ends.inputs}) {
    builder_.add_images(
        {.channels = ends.image.channels, .height = ends.image.height, .width = ends.image.width});
  }

  void add(const LayerWords& layer, const LayerWords* next) {
    const Place place = builder_.place();
    const ImageShape image = image_of(place);
    switch (layer.kind) {
      case Kind::conv:
        require_images(layer, place, flat_, layer.same ? 1 : layer.window);
        return builder_.add_convolution(
            layer.same ? same_convolution(image, widened(layer), layer.window, layer.stride)
                       : valid_convolution(image, widened(layer), layer.window, layer.stride));
      case Kind::max_pool:
        require_images(layer, place, flat_, layer.window);
        return builder_.add_max_pool(pool_of(image, layer.window, layer.stride));
      case Kind::average_pool:
        require_images(layer, place, flat_, layer.window);
        return builder_.add_average_pool(pool_of(image, layer.window, layer.stride));
      case Kind::mean:
        require_images(layer, place, flat_, 1);
        flat_ = true;
        return builder_.add_average_pool(global_pool(image));
      case Kind::flatten:
        require_images(layer, place, flat_, 1);
        flat_ = true;
        return builder_.add_flatten();
      case Kind::dense:
        require_a_row(layer);
        return builder_.add_dense({.channels = widened(layer), .sharded = true});
      case Kind::batch_norm:
        return builder_.add_batch_norm(is_activation(next) ? next->activation : "linear");
      case Kind::activation:
        return builder_.add_activation(layer.activation);
    }
  }

  std::unique_ptr<Chain<Real>> finish(const std::vector<LayerWords>& layers, Index outputs) {
    if (!flat_ && layers.empty()) builder_.add_flatten();
    if (!flat_ && !layers.empty()) {
      throw misplaced(layers.back(), "the dense layer to the outputs follows, which takes a row",
                      "end with \"flatten\" or \"mean\"");
    }
    return builder_.finish(outputs);
  }

  static bool is_activation(const LayerWords* layer) {
    return layer != nullptr && layer->kind == Kind::activation;
  }

 private:
  Index widened(const LayerWords& layer) const {
    return std::max<Index>(
        1, static_cast<Index>(std::llround(options_.widen * static_cast<double>(layer.channels))));
  }
  void require_a_row(const LayerWords& layer) const {
    if (flat_) return;
    throw misplaced(layer, fmt::format("there are images of {} still", size_of(builder_.place())),
                    "put \"flatten\" or \"mean\" before it");
  }

  const ModelOptions& options_;
  Builder<Real> builder_;
  bool flat_ = false;  ///< features are one row
};

}  // namespace

template <class Real>
std::unique_ptr<Chain<Real>> build_cnn(const ModelOptions& options, const NetworkEnds& ends,
                                       const GridShape& grid) {
  const std::vector<LayerWords> layers = read_layers(options.layers);
  Images<Real> images(options, ends, grid);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerWords* next = i + 1 < layers.size() ? &layers[i + 1] : nullptr;
    images.add(layers[i], next);
    // Batch norm takes the activation behind it along.
    if (layers[i].kind == Kind::batch_norm && Images<Real>::is_activation(next)) ++i;
  }
  return images.finish(layers, ends.outputs);
}

template std::unique_ptr<Chain<float>> build_cnn(const ModelOptions&, const NetworkEnds&,
                                                 const GridShape&);
template std::unique_ptr<Chain<double>> build_cnn(const ModelOptions&, const NetworkEnds&,
                                                  const GridShape&);

}  // namespace catapult
