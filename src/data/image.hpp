// The shape of images that the deck gives.
// defines: image_asked_for, text_of
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/error.hpp"
#include "data/options.hpp"
#include "linalg/image_shape.hpp"

namespace catapult {

/// data.image; no image where it is not set. Throws UsageError where it is no shape.
inline ImageShape image_asked_for(const DataOptions& options) {
  const std::vector<Index>& image = options.image;
  if (image.empty()) return {};
  if (image.size() == 3) return {image[0], image[1], image[2]};
  throw UsageError(
      fmt::format("data.image has {} numbers (an image is [channels, height, width]); write three",
                  image.size()));
}

/// "3, 32, 32"
inline std::string text_of(const ImageShape& image) {
  return fmt::format("{}, {}, {}", image.channels, image.height, image.width);
}

}  // namespace catapult
