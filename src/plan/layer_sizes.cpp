#include "plan/layer_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "layers/words.hpp"

namespace catapult {
namespace {

/// Layer after layer of a cnn.
class Walk {
 public:
  Walk(const ImageShape& image, double widen)
      : channels_(static_cast<double>(image.channels)),
        height_(static_cast<double>(image.height)),
        width_(static_cast<double>(image.width)),
        widen_(widen) {}

  void pass(const LayerWords& layer) {
    const auto window = static_cast<double>(layer.window);
    const auto stride = static_cast<double>(layer.stride);
    switch (layer.kind) {
      case LayerWords::Kind::conv:
        connect(widen_ * static_cast<double>(layer.channels), window * window);
        return shrink(layer.same ? 1.0 : window, stride);
      case LayerWords::Kind::max_pool:
      case LayerWords::Kind::average_pool:
        return shrink(window, stride);
      case LayerWords::Kind::mean:
        height_ = width_ = 1.0;
        return;
      case LayerWords::Kind::flatten:
        return flatten();
      case LayerWords::Kind::dense:
        return connect(widen_ * static_cast<double>(layer.channels), 1.0);
      case LayerWords::Kind::batch_norm:
      case LayerWords::Kind::activation:
        return;
    }
  }

  double finish(Index outputs) {
    flatten();
    connect(static_cast<double>(outputs), 1.0);
    return weights_;
  }

 private:
  void connect(double channels, double window) {
    weights_ += window * channels_ * channels;
    channels_ = channels;
  }
  void shrink(double window, double stride) {
    height_ = std::max(1.0, std::floor((height_ - window) / stride) + 1.0);
    width_ = std::max(1.0, std::floor((width_ - window) / stride) + 1.0);
  }
  void flatten() {
    channels_ *= height_ * width_;
    height_ = width_ = 1.0;
  }

  double channels_, height_, width_, widen_;
  double weights_ = 0.0;
};

double weights_of_wrn(const ModelOptions& model, const ImageShape& image, Index outputs) {
  constexpr double window = 9.0;
  const auto base = static_cast<double>(model.base_channels);
  const double blocks = std::floor((static_cast<double>(model.depth) - 4.0) / 6.0);
  const double shortcut = model.shortcut == "conv3" ? window : 1.0;
  double weights = window * static_cast<double>(image.channels) * base, from = base;
  for (const double factor : {1.0, 2.0, 4.0}) {
    const double channels = model.widen * base * factor;
    weights += (window + shortcut) * from * channels + window * channels * channels;
    weights += 2.0 * window * std::max(0.0, blocks - 1.0) * channels * channels;
    from = channels;
  }
  return weights + from * static_cast<double>(outputs);
}

}  // namespace

Size::Size(const std::string& key, Index number)
    : value(static_cast<double>(number)), text(fmt::format("{} is {}", key, number)) {}

Size::Size(const std::string& key, double number)
    : value(number), text(fmt::format("{} is {:.15g}", key, number)) {}

double weights_of_images(const ModelOptions& model, const ImageShape& image, Index outputs) {
  if (model.kind == "wrn") return weights_of_wrn(model, image, outputs);
  Walk walk(image, model.widen);
  for (const LayerWords& layer : read_layers(model.layers)) walk.pass(layer);
  return walk.finish(outputs);
}

std::vector<Size> sizes_of_images(const ModelOptions& model) {
  const Size widen{"model.widen", model.widen};
  if (model.kind == "wrn") {
    return {widen, {"model.base_channels", model.base_channels}, {"model.depth", model.depth}};
  }
  Index most = 1;
  for (const LayerWords& layer : read_layers(model.layers)) most = std::max(most, layer.channels);
  Size layers{"model.layers", most};
  layers.text = fmt::format("model.layers names a layer of {}", most);
  return {widen, layers};
}

}  // namespace catapult
