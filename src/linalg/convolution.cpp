#include "linalg/convolution.hpp"

#include <stdexcept>
#include <type_traits>

#include "linalg/backend.hpp"
#include "linalg/library_call.hpp"
#include "linalg/patches.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// Numbers of a block of patches: in the cache of a core, or enough for all of a device.
constexpr Index block_bytes = kernels_on_host ? Index{1} << 20 : Index{64} << 20;
/// Products of fewer rows are slow.
constexpr Index fewest_rows = 256;

/// How the patches of a convolution are cut into blocks.
template <class Real>
struct Blocks {
  Blocks(const ConvolutionShape& shape, Index images)
      : windows(shape.output.positions()), patch(shape.patch()) {
    const Index fitting =
        block_bytes / static_cast<Index>(sizeof(Real)) / std::max<Index>(patch, 1);
    rows = std::min(std::max(fitting, fewest_rows), images * windows);
    whole = std::min(std::max<Index>(fitting / std::max<Index>(windows, 1), 1), images);
  }
  Index scratch() const { return std::max(rows, whole * windows) * patch; }

  Index windows, patch;
  Index rows;   ///< windows of a block of any
  Index whole;  ///< images of a block of whole images
};

/// The library's convolutions, if it has any of this precision.
template <class Real>
std::unique_ptr<ConvolutionEngine> engine_for(const ConvolutionShape& shape, Index images) {
  if constexpr (std::is_same_v<Real, float>) {
    if (images * shape.output.positions() > 0) return backend::convolution_engine(shape, images);
  }
  return nullptr;
}

template <class Real>
MatrixRef<Real> rows_of(const Vector<Real>& matrix, Index columns, Index first, Index rows) {
  return matrix_over(matrix.data() + first * columns, rows, columns);
}

/// use(first window, patches) for one block after another.
template <class Real, class Use>
void for_patches(const ConvolutionShape& shape, Index images, const Vector<const Real>& x,
                 const Vector<Real>& scratch, const Use& use) {
  const Index all = images * shape.output.positions(), patch = shape.patch();
  if (shape.pointwise()) return use(Index{0}, rows_of<const Real>(x, patch, 0, all));
  const Index step = Blocks<Real>(shape, images).rows;
  for (Index first = 0; first < all; first += step) {
    const auto patches = rows_of<Real>(scratch, patch, 0, std::min(step, all - first));
    take_patches<Real>(shape, x, first, patches);
    use(first, MatrixRef<const Real>(patches));
  }
}

/// bias <- factor sum over the rows of z + beta bias. On a device image by image first: rows by
/// themselves are too few for all its threads.
template <class Real>
void sum_outputs(const ConvolutionShape& shape, Index images, const Vector<const Real>& z,
                 double factor, double beta, const Vector<Real>& bias,
                 const Vector<Real>& scratch) {
  const Index channels = shape.output.channels, windows = shape.output.positions();
  if (kernels_on_host) {
    return sum_rows(factor, rows_of(z, channels, 0, images * windows), beta, bias);
  }
  const Vector<Real> image = Kokkos::subview(scratch, std::pair(Index{0}, windows * channels));
  sum_rows(1.0, rows_of(z, windows * channels, 0, images), 0.0, image);
  sum_rows(factor, rows_of(Vector<const Real>(image), channels, 0, windows), beta, bias);
}

void require(bool agree) {
  if (!agree) throw std::logic_error("Convolution: sizes do not agree");
}

template <class View>
Index size_of(const View& view) {
  return static_cast<Index>(view.extent(0));
}

}  // namespace

template <class Real>
Convolution<Real>::Convolution(const ConvolutionShape& shape, Index images)
    : shape_(shape), images_(images), engine_(engine_for<Real>(shape, images)) {}

template <class Real>
Convolution<Real>::~Convolution() = default;
template <class Real>
Convolution<Real>::Convolution(Convolution&&) noexcept = default;
template <class Real>
Convolution<Real>& Convolution<Real>::operator=(Convolution&&) noexcept = default;

template <class Real>
Index Convolution<Real>::scratch_size() const {
  if (engine_) return engine_->scratch_size();
  const Index patches = shape_.pointwise() ? 0 : Blocks<Real>(shape_, images_).scratch();
  return kernels_on_host ? patches : std::max(patches, shape_.output.inputs());
}

template <class Real>
void Convolution<Real>::forward(double alpha, const Vector<const Real>& x,
                                const Vector<const Real>& w, double bias_factor,
                                const Vector<const Real>& bias, double beta, const Vector<Real>& z,
                                const Vector<Real>& scratch) {
  const Index channels = shape_.output.channels;
  require(size_of(x) == pixels() && size_of(w) == shape_.weights() && size_of(z) == outputs() &&
          (bias.size() == 0 || size_of(bias) == channels) && size_of(scratch) >= scratch_size());
  if constexpr (std::is_same_v<Real, float>) {
    if (engine_) {
      return call_library(shape_.flops(images_), [&] {
        engine_->forward(alpha, x.data(), w.data(), bias_factor,
                         bias.size() > 0 ? bias.data() : nullptr, beta, z.data(), scratch.data());
      });
    }
  }
  const auto weights = rows_of(w, channels, 0, shape_.patch());
  for_patches<Real>(
      shape_, images_, x, scratch, [&](Index first, const MatrixRef<const Real>& patches) {
        const auto part = rows_of(z, channels, first, static_cast<Index>(patches.extent(0)));
        gemm(Op::none, Op::none, alpha, patches, weights, beta, part);
        if (bias.size() > 0) add_to_rows(bias_factor, bias, part);
      });
}

template <class Real>
void Convolution<Real>::backward_data(double alpha, const Vector<const Real>& z,
                                      const Vector<const Real>& w, const Vector<Real>& x,
                                      const Vector<Real>& scratch) {
  const Index channels = shape_.output.channels, patch = shape_.patch();
  require(size_of(z) == outputs() && size_of(w) == shape_.weights() && size_of(x) == pixels() &&
          size_of(scratch) >= scratch_size());
  if constexpr (std::is_same_v<Real, float>) {
    if (engine_) {
      return call_library(shape_.flops(images_), [&] {
        engine_->backward_data(alpha, z.data(), w.data(), x.data(), scratch.data());
      });
    }
  }
  const auto weights = rows_of(w, channels, 0, patch);
  const Index windows = shape_.output.positions();
  const Index step = shape_.pointwise() ? images_ : Blocks<Real>(shape_, images_).whole;
  for (Index image = 0; image < images_; image += step) {
    const Index count = std::min(step, images_ - image), each = shape_.input.inputs();
    const auto errors = rows_of(z, channels, image * windows, count * windows);
    const auto patches = rows_of(shape_.pointwise() ? x : scratch, patch, 0, count * windows);
    gemm(Op::none, Op::transpose, alpha, errors, weights, 0.0, patches);
    if (shape_.pointwise()) continue;
    add_patches<Real>(shape_, patches,
                      Kokkos::subview(x, std::pair(image * each, (image + count) * each)));
  }
}

template <class Real>
void Convolution<Real>::backward_weights(double alpha, const Vector<const Real>& x,
                                         const Vector<const Real>& z, double beta,
                                         const Vector<Real>& w, double bias_factor,
                                         const Vector<Real>& bias, const Vector<Real>& scratch) {
  const Index channels = shape_.output.channels;
  require(size_of(x) == pixels() && size_of(z) == outputs() && size_of(w) == shape_.weights() &&
          (bias.size() == 0 || size_of(bias) == channels) && size_of(scratch) >= scratch_size());
  if constexpr (std::is_same_v<Real, float>) {
    if (engine_) {
      return call_library(shape_.flops(images_), [&] {
        engine_->backward_weights(alpha, x.data(), z.data(), beta, w.data(), bias_factor,
                                  bias.size() > 0 ? bias.data() : nullptr, scratch.data());
      });
    }
  }
  const auto weights = rows_of(w, channels, 0, shape_.patch());
  if (bias.size() > 0) sum_outputs(shape_, images_, z, bias_factor, beta, bias, scratch);
  const auto multiply = [&](Index first, const MatrixRef<const Real>& patches) {
    const auto rows = static_cast<Index>(patches.extent(0));
    gemm(Op::transpose, Op::none, alpha, patches, rows_of(z, channels, first, rows),
         first == 0 ? beta : 1.0, weights);
  };
  if (outputs() == 0) return multiply(0, rows_of<const Real>(x, shape_.patch(), 0, 0));
  for_patches<Real>(shape_, images_, x, scratch, multiply);
}

template <class Real>
Index convolution_launches(const ConvolutionShape& shape, Index images, ConvolutionMap map,
                           bool bias) {
  if (engine_for<Real>(shape, images)) return 1;
  const Blocks<Real> blocks(shape, images);
  const auto count = [](Index all, Index step) { return step > 0 ? (all + step - 1) / step : 0; };
  const Index sums = !bias ? 0 : kernels_on_host ? 1 : 2;
  if (map == ConvolutionMap::backward_data) {
    return shape.pointwise() ? 1 : 2 * count(images, blocks.whole);
  }
  const Index parts = shape.pointwise() ? 1 : count(images * blocks.windows, blocks.rows);
  const Index each = shape.pointwise() ? 1 : 2;
  return map == ConvolutionMap::forward ? parts * (each + (bias ? 1 : 0)) : parts * each + sums;
}

template <class Real>
double convolution_traffic(const ConvolutionShape& shape, Index images) {
  const Index patches = shape.pointwise() ? 0 : shape.output.positions() * shape.patch();
  const Index made = kernels_on_host ? 0 : 2 * patches;  // written, read
  return static_cast<double>(images) *
             static_cast<double>(shape.input.inputs() + shape.output.inputs() + made) +
         static_cast<double>(shape.weights());
}

#define CATAPULT_INSTANTIATE(Real)                                                                 \
  template class Convolution<Real>;                                                                \
  template Index convolution_launches<Real>(const ConvolutionShape&, Index, ConvolutionMap, bool); \
  template double convolution_traffic<Real>(const ConvolutionShape&, Index);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
