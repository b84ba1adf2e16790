// Kernels over images (height, width, channels): windows, and the pixels under them.
// defines: Windows, for_pixels
#pragma once

#include "linalg/element_loops.hpp"
#include "linalg/image_shape.hpp"

namespace catapult {

/// `down` x `across` windows of height x width pixels, `stride` apart; the first one begins
/// `pad_top` pixels above the image and `pad_left` to the left of it.
struct Windows {
  Index height = 1, width = 1;
  Index stride = 1;
  Index pad_top = 0, pad_left = 0;
  Index down = 0, across = 0;

  /// use(window, offset) for every window over the pixel (y, x) and the place of the pixel in it,
  /// both counted row by row; in the same order every time.
  template <class Use>
  KOKKOS_INLINE_FUNCTION void over_pixel(Index y, Index x, const Use& use) const {
    const Index below = y + pad_top, right = x + pad_left;
    const Index last_row = below / stride < down ? below / stride : down - 1;
    const Index last_column = right / stride < across ? right / stride : across - 1;
    for (Index row = last_row; row >= 0 && below - row * stride < height; --row) {
      for (Index column = last_column; column >= 0 && right - column * stride < width; --column) {
        use(row * across + column, (below - row * stride) * width + right - column * stride);
      }
    }
  }
};

/// body(team, image, y, x) for every pixel: a team a row of pixels, whose vector lanes body gives
/// to the channels.
template <class Body>
void for_pixels(const char* name, Index images, const ImageShape& shape, const Body& body) {
  const Index height = shape.height, width = shape.width;
  Kokkos::parallel_for(
      name,
      Team(narrow<int>(images * height, "rows of pixels"), Kokkos::AUTO, lanes_for(shape.channels)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index image = team.league_rank() / height, y = team.league_rank() % height;
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, width),
                             [&](Index x) { body(team, image, y, x); });
      });
}

}  // namespace catapult
