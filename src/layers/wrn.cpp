#include <fmt/format.h>

#include "layers/build_kinds.hpp"

namespace catapult {
namespace {

constexpr Index groups = 3;

/// Blocks of a group.
Index blocks_of(const ModelOptions& options) {
  const Index blocks = (options.depth - 4) / 6;
  if (blocks >= 1 && 6 * blocks + 4 == options.depth) return blocks;
  throw UsageError(fmt::format(
      "model.depth is {} (a wide residual network has 6 b + 4 layers); choose 10, 16, 22, 28, ...",
      options.depth));
}

template <class Real>
class WideResNet {
 public:
  WideResNet(const ModelOptions& options, const NetworkEnds& ends, const GridShape& grid)
      : options_(options), builder_(options, grid, {.channels = ends.inputs}) {
    builder_.add_images(
        {.channels = ends.image.channels, .height = ends.image.height, .width = ends.image.width});
    builder_.add_convolution(shape(options.base_channels, 3, 1));
  }

  /// The first block of a group changes channels and size.
  void add_first_block(Index channels, Index stride) {
    const ConvolutionShape shortcut = shape(channels, options_.shortcut == "conv3" ? 3 : 1, stride);
    const bool raw = options_.shortcut != "preact1";
    if (!raw) normalize();
    builder_.add_residual(
        [&] {
          if (raw) normalize();
          add_convolutions(channels, stride);
        },
        &shortcut);
  }
  void add_block(Index channels) {
    builder_.add_residual([&] {
      normalize();
      add_convolutions(channels, 1);
    });
  }

  std::unique_ptr<Chain<Real>> finish(Index outputs) {
    normalize();
    builder_.add_average_pool(global_pool(image_of(builder_.place())));
    return builder_.finish(outputs);
  }

 private:
  ConvolutionShape shape(Index channels, Index kernel, Index stride) const {
    return same_convolution(image_of(builder_.place()), channels, kernel, stride);
  }
  void normalize() {
    if (options_.batch_norm) return builder_.add_batch_norm(options_.activation);
    builder_.add_activation(options_.activation);
  }
  /// What follows the first normalization of a branch.
  void add_convolutions(Index channels, Index stride) {
    builder_.add_convolution(shape(channels, 3, stride));
    normalize();
    builder_.add_convolution(shape(channels, 3, 1));
  }

  const ModelOptions& options_;
  Builder<Real> builder_;
};

}  // namespace

template <class Real>
std::unique_ptr<Chain<Real>> build_wrn(const ModelOptions& options, const NetworkEnds& ends,
                                       const GridShape& grid) {
  const Index blocks = blocks_of(options);
  WideResNet<Real> network(options, ends, grid);
  for (Index group = 0; group < groups; ++group) {
    const double widened = options.widen * static_cast<double>(options.base_channels << group);
    const Index channels = std::max<Index>(1, static_cast<Index>(std::llround(widened)));
    network.add_first_block(channels, group == 0 ? 1 : 2);
    for (Index block = 1; block < blocks; ++block) network.add_block(channels);
  }
  return network.finish(ends.outputs);
}

template std::unique_ptr<Chain<float>> build_wrn(const ModelOptions&, const NetworkEnds&,
                                                 const GridShape&);
template std::unique_ptr<Chain<double>> build_wrn(const ModelOptions&, const NetworkEnds&,
                                                  const GridShape&);

}  // namespace catapult
