// How a row of a matrix lies as an image.
// defines: ImageShape
#pragma once

#include "base/integer.hpp"

namespace catapult {

/// Of a sample's inputs, which run over (channels, height, width) in data files; between layers
/// over (height, width, channels). No channels: no image.
struct ImageShape {
  Index channels = 0;
  Index height = 1;
  Index width = 1;

  Index positions() const { return height * width; }
  Index inputs() const { return channels * positions(); }
  bool operator==(const ImageShape&) const = default;
};

}  // namespace catapult
