// The features of an image in the order of convolutions, or in that of files and dense layers.
// defines: Reorder
#pragma once

#include <string>

#include "layers/linear.hpp"
#include "linalg/element_loops.hpp"

namespace catapult {

/// to (image, j, i) <- from (image, i, j), i < rows, j < columns
template <class Real>
void transpose_images(const Features<Real>& from, Index rows, Index columns,
                      const Features<Real>& to) {
  const Index size = rows * columns;
  const Real* x = from.flat().data();
  Real* y = to.flat().data();
  for_blocks_of_rows(
      "reorder", to.rows(), columns, rows, KOKKOS_LAMBDA(Index image, Index j, Index i) {
        y[image * size + j * rows + i] = x[image * size + i * columns + j];
      });
}

/// Between (channels, height, width) in one row of features, as files and dense layers have them,
/// and images (height, width, channels) as convolutions do.
template <class Real>
class Reorder final : public Linear<Real> {
 public:
  enum class To { images, features };

  /// `images`: their place, before or behind the layer.
  Reorder(const GridShape& grid, const Place& images, To to)
      : Linear<Real>(grid, to == To::images ? flattened(images) : images,
                     to == To::images ? images : flattened(images)),
        to_(to),
        channels_(images.channels),
        positions_(images.positions()) {}

  std::string name() const override { return to_ == To::images ? "images" : "flatten"; }

 private:
  static Place flattened(const Place& images) {
    return {.channels = images.features(), .sharded = images.sharded};
  }
  void move(bool to_images, const Features<Real>& from, const Features<Real>& to) const {
    const Index rows = to_images ? channels_ : positions_;
    transpose_images(from, rows, to_images ? positions_ : channels_, to);
  }
  void apply(const LayerState&, const Features<Real>& input,
             const Features<Real>& output) const override {
    move(to_ == To::images, input, output);
  }
  void apply_transposed(const LayerState&, const Features<Real>& cotangent,
                        const Features<Real>& input_cotangent) const override {
    move(to_ != To::images, cotangent, input_cotangent);
  }

  To to_;
  Index channels_, positions_;
};

}  // namespace catapult
