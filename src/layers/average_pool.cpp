#include "layers/average_pool.hpp"

namespace catapult {
namespace {

template <class Real>
void average_windows(const PoolShape& shape, const Features<Real>& input,
                     const Features<Real>& output) {
  const ImageShape from = shape.input, to = shape.output;
  const Windows windows = shape.windows;
  const Index channels = from.channels;
  const Real share = Real(1) / static_cast<Real>(windows.height * windows.width);
  const Real* x = input.flat().data();
  Real* y = output.flat().data();
  for_pixels(
      "average_pool", output.rows(), to,
      KOKKOS_LAMBDA(const TeamMember& team, Index image, Index row, Index column) {
        Real* const mean = y + ((image * to.height + row) * to.width + column) * channels;
        const Index top = image * from.height + row * windows.stride;
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                             [&](Index c) { mean[c] = Real(0); });
        for (Index i = 0; i < windows.height * windows.width; ++i) {
          const Index pixel =
              (top + i / windows.width) * from.width + column * windows.stride + i % windows.width;
          const Real* const value = x + pixel * channels;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                               [&](Index c) { mean[c] += share * value[c]; });
        }
      });
}

template <class Real>
void spread_averages(const PoolShape& shape, const Features<Real>& cotangent,
                     const Features<Real>& input_cotangent) {
  const ImageShape from = shape.output, to = shape.input;
  const Windows windows = shape.windows;
  const Index channels = from.channels;
  const Real share = Real(1) / static_cast<Real>(windows.height * windows.width);
  const Real* d = cotangent.flat().data();
  Real* e = input_cotangent.flat().data();
  for_pixels(
      "average_pool_back", cotangent.rows(), to,
      KOKKOS_LAMBDA(const TeamMember& team, Index image, Index y, Index x) {
        Real* const sum = e + ((image * to.height + y) * to.width + x) * channels;
        const Real* const errors = d + image * from.height * from.width * channels;
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                             [&](Index c) { sum[c] = Real(0); });
        windows.over_pixel(y, x, [&](Index window, Index) {
          const Real* const error = errors + window * channels;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                               [&](Index c) { sum[c] += share * error[c]; });
        });
      });
}

}  // namespace

template <class Real>
void AveragePool<Real>::apply(const LayerState&, const Features<Real>& input,
                              const Features<Real>& output) const {
  average_windows(shape_, input, output);
}

template <class Real>
void AveragePool<Real>::apply_transposed(const LayerState&, const Features<Real>& cotangent,
                                         const Features<Real>& input_cotangent) const {
  spread_averages(shape_, cotangent, input_cotangent);
}

template class AveragePool<float>;
template class AveragePool<double>;

}  // namespace catapult
