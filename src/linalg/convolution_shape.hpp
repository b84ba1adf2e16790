// What a convolution does to the shape of images.
// defines: ConvolutionShape, same_convolution, valid_convolution
#pragma once

#include <algorithm>

#include "linalg/image_shape.hpp"

namespace catapult {

/// Windows of kernel x kernel positions, `stride` apart, over images with zeros around them.
struct ConvolutionShape {
  ImageShape input, output;
  Index kernel = 1;
  Index stride = 1;
  Index pad_top = 0;  ///< rows of zeros above the image; below as many as the windows reach
  Index pad_left = 0;

  /// Numbers under a window.
  Index patch() const { return kernel * kernel * input.channels; }
  Index weights() const { return patch() * output.channels; }
  /// Whether images are their own patches.
  bool pointwise() const {
    return kernel == 1 && stride == 1 && pad_top == 0 && pad_left == 0 &&
           input.positions() == output.positions();
  }
  /// Operations of each of the maps on so many images.
  double flops(Index images) const {
    return 2.0 * static_cast<double>(images * output.positions()) * static_cast<double>(patch()) *
           static_cast<double>(output.channels);
  }
  bool operator==(const ConvolutionShape&) const = default;
};

/// A window at every stride-th position, zeros around the image where windows leave it: as many
/// on both sides, or one more below and on the right.
inline ConvolutionShape same_convolution(const ImageShape& input, Index channels, Index kernel,
                                         Index stride) {
  const auto windows = [&](Index size) { return (size + stride - 1) / stride; };
  const auto zeros = [&](Index size) {
    return std::max<Index>((windows(size) - 1) * stride + kernel - size, 0) / 2;
  };
  const ImageShape output{channels, windows(input.height), windows(input.width)};
  return {input, output, kernel, stride, zeros(input.height), zeros(input.width)};
}

/// Windows within the image alone. Without outputs where it is smaller than a window.
inline ConvolutionShape valid_convolution(const ImageShape& input, Index channels, Index kernel,
                                          Index stride) {
  const auto windows = [&](Index size) { return size < kernel ? 0 : (size - kernel) / stride + 1; };
  const ImageShape output{channels, windows(input.height), windows(input.width)};
  return {input, output, kernel, stride, 0, 0};
}

}  // namespace catapult
