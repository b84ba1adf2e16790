#include "model/initialize.hpp"

#include <algorithm>
#include <type_traits>

#include "base/normals.hpp"
#include "base/random.hpp"

namespace catapult {
namespace {

/// values <- mean + deviation N(0, 1). One thread a pair of columns (2 p, 2 p + 1): both numbers
/// come from one draw.
template <class Real>
void draw(const RandomStream& stream, const Tensor& tensor, const Vector<Real>& values) {
  const MemoryPlace place(tensor);
  const Index first_row = tensor.rows.begin, rows = tensor.rows.size();
  const Index begin = tensor.columns.begin, end = tensor.columns.end;
  const double mean = tensor.mean, deviation = tensor.deviation;
  const Index first_pair = begin / 2, pairs = (end + 1) / 2 - first_pair;
  Kokkos::parallel_for(
      "initialize", Range1(0, rows * pairs), KOKKOS_LAMBDA(Index i) {
        const Index row = i / pairs, column = 2 * (first_pair + i % pairs);
        const NormalPair normal = stream.normal_pair(first_row + row, column / 2);
        if (column >= begin) {
          values(place(row, column - begin)) = static_cast<Real>(mean + deviation * normal.first);
        }
        if (column + 1 < end) {
          values(place(row, column + 1 - begin)) =
              static_cast<Real>(mean + deviation * normal.second);
        }
      });
}

/// The same of floats by the vector units of the host. One thread a piece of a row.
void draw_in_pieces(const RandomStream& stream, const Tensor& tensor,
                    const HostVector<float>& values) {
  const MemoryPlace place(tensor);
  const Index rows = tensor.rows.size(), begin = tensor.columns.begin, end = tensor.columns.end;
  const Index first = begin - begin % 2;  // a pair is drawn as a whole
  const Index pieces = (end - first + normals_at_a_time - 1) / normals_at_a_time;
  Kokkos::parallel_for(
      "initialize",
      Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<Index>>(
          0, rows * pieces),
      [=](Index i) {
        const Index row = i / pieces;
        const Index from = first + i % pieces * normals_at_a_time;
        const Index to = std::min<Index>(end, from + normals_at_a_time);
        float drawn[normals_at_a_time];
        draw_normals(stream, tensor.rows.begin + row, from / 2,
                     static_cast<int>((to - from + 1) / 2), tensor.mean, tensor.deviation, drawn);
        for (Index column = std::max(from, begin); column < to; ++column) {
          values(place(row, column - begin)) = drawn[column - from];
        }
      });
}

template <class Real>
void draw_tensor(const RandomStream& stream, const Tensor& tensor, const Vector<Real>& values) {
  if constexpr (device_is_host && std::is_same_v<Real, float>) {
    draw_in_pieces(stream, tensor, values);
  } else {
    draw(stream, tensor, values);
  }
}

}  // namespace

template <class Real>
void initialize(const Network<Real>& network, Index seed, const Vector<Real>& theta) {
  for (const Tensor& tensor : network.tensors()) {
    draw_tensor<Real>(RandomStream(seed, tensor.stream), tensor,
                      part_of(theta, {tensor.offset, tensor.offset + tensor.size()}));
  }
}

template <class Real>
void draw_direction(const Network<Real>& network, Index seed, Index number,
                    const Vector<Real>& direction) {
  constexpr std::uint32_t first_stream = 0x51ce0000, streams_of_direction = 0x01000000;
  for (Tensor tensor : network.tensors()) {
    tensor.mean = 0.0;
    tensor.deviation = 1.0;
    const auto shift = first_stream + static_cast<std::uint32_t>(number) * streams_of_direction;
    draw_tensor<Real>(RandomStream(seed, shift + tensor.stream), tensor,
                      part_of(direction, {tensor.offset, tensor.offset + tensor.size()}));
  }
}

template void draw_direction(const Network<float>&, Index, Index, const Vector<float>&);
template void draw_direction(const Network<double>&, Index, Index, const Vector<double>&);
template void initialize(const Network<float>&, Index, const Vector<float>&);
template void initialize(const Network<double>&, Index, const Vector<double>&);

}  // namespace catapult
