// What pooling does to the shape of images.
// defines: PoolShape, pool_of, global_pool, image_of, place_of
#pragma once

#include "linalg/windows.hpp"
#include "model/place.hpp"

namespace catapult {

struct PoolShape {
  ImageShape input, output;
  Windows windows;
};

inline ImageShape image_of(const Place& place) {
  return {place.channels, place.height, place.width};
}
/// With the images sharded as those at `like`.
inline Place place_of(const ImageShape& image, const Place& like) {
  return {.channels = image.channels,
          .sharded = like.sharded,
          .height = image.height,
          .width = image.width};
}

/// Windows of height x width within the image alone: pixels that fill none are dropped.
inline PoolShape pool_of(const ImageShape& input, Index height, Index width, Index stride) {
  const auto count = [&](Index size, Index window) {
    return size < window ? 0 : (size - window) / stride + 1;
  };
  const Index down = count(input.height, height), across = count(input.width, width);
  return {input,
          {input.channels, down, across},
          {.height = height, .width = width, .stride = stride, .down = down, .across = across}};
}
inline PoolShape pool_of(const ImageShape& input, Index window, Index stride) {
  return pool_of(input, window, window, stride);
}
/// One window over the whole image.
inline PoolShape global_pool(const ImageShape& input) {
  return pool_of(input, input.height, input.width, 1);
}

}  // namespace catapult
