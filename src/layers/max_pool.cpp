#include "layers/max_pool.hpp"

#include <stdexcept>

namespace catapult {
namespace {

template <class Real>
void find_largest(const PoolShape& shape, const Features<Real>& input,
                  const Vector<unsigned char>& largest, const Features<Real>& output) {
  const ImageShape from = shape.input, to = shape.output;
  const Windows windows = shape.windows;
  const Index channels = from.channels;
  const Real* x = input.flat().data();
  Real* y = output.flat().data();
  unsigned char* chosen = largest.data();
  for_pixels(
      "max_pool", output.rows(), to,
      KOKKOS_LAMBDA(const TeamMember& team, Index image, Index row, Index column) {
        const Index place = ((image * to.height + row) * to.width + column) * channels;
        const Index top = image * from.height + row * windows.stride;
        for (Index i = 0; i < windows.height * windows.width; ++i) {
          const Index pixel =
              (top + i / windows.width) * from.width + column * windows.stride + i % windows.width;
          const Real* const values = x + pixel * channels;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels), [&](Index c) {
            const Real value = values[c], best = y[place + c];
            const bool take = i == 0 || value > best || (value != value && best == best);
            y[place + c] = take ? value : best;
            chosen[place + c] = take ? static_cast<unsigned char>(i) : chosen[place + c];
          });
        }
      });
}

/// y <- x where the largest number was
template <class Real>
void pick_largest(const PoolShape& shape, const Vector<unsigned char>& largest,
                  const Features<Real>& input, const Features<Real>& output) {
  const ImageShape from = shape.input, to = shape.output;
  const Windows windows = shape.windows;
  const Index channels = from.channels, samples = output.samples();
  const Real* x = input.flat().data();
  Real* y = output.flat().data();
  const unsigned char* chosen = largest.data();
  for_pixels(
      "max_pool_pick", output.rows(), to,
      KOKKOS_LAMBDA(const TeamMember& team, Index image, Index row, Index column) {
        const Index window = (row * to.width + column) * channels;
        const Index size = to.height * to.width * channels;
        const unsigned char* const place = chosen + image % samples * size + window;
        Real* const picked = y + image * size + window;
        const Index top = image * from.height + row * windows.stride;
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels), [&](Index c) {
          const Index pixel = (top + place[c] / windows.width) * from.width +
                              column * windows.stride + place[c] % windows.width;
          picked[c] = x[pixel * channels + c];
        });
      });
}

/// Each pixel gathers from the windows over it that have chosen it.
template <class Real>
void gather_from_windows(const PoolShape& shape, const Vector<unsigned char>& largest,
                         const Features<Real>& cotangent, const Features<Real>& input_cotangent) {
  const ImageShape from = shape.output, to = shape.input;
  const Windows windows = shape.windows;
  const Index channels = from.channels, samples = cotangent.samples();
  const Real* d = cotangent.flat().data();
  Real* e = input_cotangent.flat().data();
  const unsigned char* chosen = largest.data();
  for_pixels(
      "max_pool_back", cotangent.rows(), to,
      KOKKOS_LAMBDA(const TeamMember& team, Index image, Index y, Index x) {
        const Index size = from.height * from.width * channels;
        Real* const sum = e + ((image * to.height + y) * to.width + x) * channels;
        const Real* const errors = d + image * size;
        const unsigned char* const places = chosen + image % samples * size;
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                             [&](Index c) { sum[c] = Real(0); });
        windows.over_pixel(y, x, [&](Index window, Index offset) {
          const Index first = window * channels;
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels), [&](Index c) {
            sum[c] += places[first + c] == offset ? errors[first + c] : Real(0);
          });
        });
      });
}

const MaxPoolState& own(const LayerState& state) { return static_cast<const MaxPoolState&>(state); }

}  // namespace

template <class Real>
MaxPool<Real>::MaxPool(const GridShape& grid, const Place& input, const PoolShape& shape)
    : Linear<Real>(grid, input, place_of(shape.output, input)), shape_(shape) {
  if (shape.windows.height * shape.windows.width <= 256) return;
  throw std::logic_error("MaxPool: a window of more than 256 pixels");
}

template <class Real>
std::unique_ptr<LayerState> MaxPool<Real>::make_state(const Batch& batch,
                                                      const Workspace<Real>&) const {
  auto state = std::make_unique<State>();
  state->largest =
      Vector<unsigned char>(Kokkos::view_alloc("largest_of_windows", Kokkos::WithoutInitializing),
                            batch.mine.size() * shape_.output.inputs());
  return state;
}

template <class Real>
void MaxPool<Real>::forward(const Point<Real>&, LayerState& state, const Features<Real>& input,
                            const Features<Real>& output) const {
  find_largest(shape_, input, own(state).largest, output);
}

template <class Real>
void MaxPool<Real>::apply(const LayerState& state, const Features<Real>& input,
                          const Features<Real>& output) const {
  pick_largest(shape_, own(state).largest, input, output);
}

template <class Real>
void MaxPool<Real>::apply_transposed(const LayerState& state, const Features<Real>& cotangent,
                                     const Features<Real>& input_cotangent) const {
  gather_from_windows(shape_, own(state).largest, cotangent, input_cotangent);
}

template <class Real>
void MaxPool<Real>::cost(Phase phase, CostSheet& sheet) const {
  Linear<Real>::cost(phase, sheet);
  if (phase != Phase::forward) return;
  sheet.keep(sheet.rows() * static_cast<double>(shape_.output.inputs()) / sheet.word());
}

template class MaxPool<float>;
template class MaxPool<double>;

}  // namespace catapult
