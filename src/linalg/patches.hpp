// Patches of images, what the windows of a convolution see: (windows, kernel * kernel * channels).
// defines: take_patches, add_patches
#pragma once

#include "linalg/convolution_shape.hpp"
#include "linalg/views.hpp"

namespace catapult {

/// The patches of the windows [first, first + rows of `patches`) of all images, which are counted
/// image by image; zeros where windows leave the image. patches contiguous.
template <class Real>
void take_patches(const ConvolutionShape& shape, const Vector<const Real>& images, Index first,
                  const MatrixRef<Real>& patches);

/// images <- the sum of the patches over each pixel, the transpose of take_patches; patches of all
/// windows of these images, contiguous.
template <class Real>
void add_patches(const ConvolutionShape& shape, const MatrixRef<const Real>& patches,
                 const Vector<Real>& images);

}  // namespace catapult
