// How large convolutional networks are, by arithmetic in double, which does not overflow.
// defines: Size, weights_of_images, sizes_of_images
#pragma once

#include <string>
#include <vector>

#include "layers/options.hpp"
#include "linalg/image_shape.hpp"

namespace catapult {

/// What a key asks for.
struct Size {
  Size(const std::string& key, Index number);
  Size(const std::string& key, double number);

  double value;
  std::string text;  ///< "model.depth is 28"
};

/// Weights of all layers, without biases and batch norms, for images of this shape. Throws
/// LayersError where model.layers makes no sense.
double weights_of_images(const ModelOptions& model, const ImageShape& image, Index outputs);

/// The keys that decide about them.
std::vector<Size> sizes_of_images(const ModelOptions& model);

}  // namespace catapult
