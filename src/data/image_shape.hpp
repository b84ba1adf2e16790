// How the inputs of a sample lie as an image.
// defines: ImageShape
#pragma once

#include "base/integer.hpp"

namespace catapult {

/// Inputs run over (channels, height, width). No channels: the inputs are no image.
struct ImageShape {
  Index channels = 0;
  Index height = 1;
  Index width = 1;

  Index inputs() const { return channels * height * width; }
  bool operator==(const ImageShape&) const = default;
};

}  // namespace catapult
