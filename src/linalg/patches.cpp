#include "linalg/patches.hpp"

#include "linalg/windows.hpp"

namespace catapult {
namespace {

/// A patch is a row of the window after another, each contiguous in the image as well: the team of
/// a patch copies what lies within the image.
template <class Real>
void run_take_patches(const ConvolutionShape& shape, const Real* images, Index first,
                      const MatrixRef<Real>& patches) {
  const ImageShape input = shape.input, output = shape.output;
  const Index kernel = shape.kernel, stride = shape.stride;
  const Index pad_top = shape.pad_top, pad_left = shape.pad_left;
  const Index height = input.height, width = input.width, channels = input.channels;
  const Index windows = output.height * output.width, across = output.width;
  const Index run = kernel * channels, patch = kernel * run, line = width * channels;
  Real* const to = patches.data();
  Kokkos::parallel_for(
      "take_patches",
      Team(narrow<int>(static_cast<Index>(patches.extent(0)), "patches"), Kokkos::AUTO,
           lanes_for(run)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index window = first + team.league_rank();
        const Index image = window / windows, place = window % windows;
        const Index top = place / across * stride - pad_top;
        const Index left = (place % across * stride - pad_left) * channels;
        const Real* const from = images + image * height * line;
        Real* const mine = to + team.league_rank() * patch;
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, kernel), [&](Index row) {
          const Index y = top + row;
          const bool outside = y < 0 || y >= height;
          const Index begin = left < 0 ? -left : 0;
          const Index end = outside ? 0 : line - left < run ? line - left : run;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, run), [&](Index i) {
            mine[row * run + i] = i >= begin && i < end ? from[y * line + left + i] : Real(0);
          });
        });
      });
}

template <class Real>
void run_add_patches(const ConvolutionShape& shape, const Real* patches,
                     const Vector<Real>& images) {
  const Windows windows{shape.kernel,   shape.kernel,        shape.stride,      shape.pad_top,
                        shape.pad_left, shape.output.height, shape.output.width};
  const ImageShape input = shape.input;
  const Index channels = input.channels, patch = shape.patch();
  const Index each = shape.output.positions() * patch;
  Real* const to = images.data();
  for_pixels(
      "add_patches", static_cast<Index>(images.extent(0)) / std::max<Index>(input.inputs(), 1),
      input, KOKKOS_LAMBDA(const TeamMember& team, Index image, Index y, Index x) {
        const Real* const from = patches + image * each;
        Real* const mine = to + ((image * input.height + y) * input.width + x) * channels;
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                             [&](Index c) { mine[c] = Real(0); });
        windows.over_pixel(y, x, [&](Index window, Index offset) {
          const Real* const part = from + window * patch + offset * channels;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                               [&](Index c) { mine[c] += part[c]; });
        });
      });
}

}  // namespace

template <class Real>
void take_patches(const ConvolutionShape& shape, const Vector<const Real>& images, Index first,
                  const MatrixRef<Real>& patches) {
  run_take_patches(shape, images.data(), first, patches);
}

template <class Real>
void add_patches(const ConvolutionShape& shape, const MatrixRef<const Real>& patches,
                 const Vector<Real>& images) {
  run_add_patches(shape, patches.data(), images);
}

#define CATAPULT_INSTANTIATE(Real)                                                      \
  template void take_patches(const ConvolutionShape&, const Vector<const Real>&, Index, \
                             const MatrixRef<Real>&);                                   \
  template void add_patches(const ConvolutionShape&, const MatrixRef<const Real>&,      \
                            const Vector<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
