// Convolutions and the maps that go with them, by a library that has them or by products of
// patches.
// defines: ConvolutionMap, Convolution, convolution_launches, convolution_traffic
#pragma once

#include <memory>

#include "linalg/convolution_shape.hpp"
#include "linalg/views.hpp"

namespace catapult {

class ConvolutionEngine;

enum class ConvolutionMap { forward, backward_data, backward_weights };

/// The maps of one convolution on so many images. With X~ the patches (images * windows, patch) of
/// x (images, height, width, channels), w (kernel, kernel, channels, output channels) as a matrix
/// (patch, output channels), z (images, windows, output channels). All contiguous. Each map counts
/// 2 images windows patch output-channels operations, in any implementation.
/// `scratch` has at least scratch_size() numbers, aligned to 64 bytes; all that it holds may be
/// forgotten between calls. Throws std::logic_error where sizes do not agree.
template <class Real>
class Convolution {
 public:
  Convolution(const ConvolutionShape& shape, Index images);
  ~Convolution();
  Convolution(Convolution&&) noexcept;
  Convolution& operator=(Convolution&&) noexcept;

  Index scratch_size() const;

  /// z <- alpha X~ w + bias_factor 1 bias^T + beta z; beta 0 or 1; an empty bias is none.
  void forward(double alpha, const Vector<const Real>& x, const Vector<const Real>& w,
               double bias_factor, const Vector<const Real>& bias, double beta,
               const Vector<Real>& z, const Vector<Real>& scratch);

  /// x <- alpha (z w^T, the patches added up where they lie)
  void backward_data(double alpha, const Vector<const Real>& z, const Vector<const Real>& w,
                     const Vector<Real>& x, const Vector<Real>& scratch);

  /// w <- alpha X~^T z + beta w; bias <- bias_factor sum_rows z + beta bias, an empty one is not
  /// wanted.
  void backward_weights(double alpha, const Vector<const Real>& x, const Vector<const Real>& z,
                        double beta, const Vector<Real>& w, double bias_factor,
                        const Vector<Real>& bias, const Vector<Real>& scratch);

 private:
  Index pixels() const { return images_ * shape_.input.inputs(); }
  Index outputs() const { return images_ * shape_.output.inputs(); }

  ConvolutionShape shape_;
  Index images_;
  std::unique_ptr<ConvolutionEngine> engine_;  ///< null: products of patches
};

/// Kernels and products that a map starts.
template <class Real>
Index convolution_launches(const ConvolutionShape& shape, Index images, ConvolutionMap map,
                           bool bias);

/// Numbers that a map moves from and to memory: each operand once, and patches where they are made
/// on a device. On a host a block of them stays in the cache.
template <class Real>
double convolution_traffic(const ConvolutionShape& shape, Index images);

}  // namespace catapult
