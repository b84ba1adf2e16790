// The arrays of the project: Kokkos views in the memory of the device, and the ways to the host.
// defines: Device, Range1, kernels_on_host, device_is_host, Vector, Matrix, MatrixRef, HostVector,
// HostMatrix, matrix_over, flat, fill, copy, upload, download, room_for, to_host, host_room,
// to_device
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "base/integer.hpp"
#include "linalg/memory.hpp"

namespace catapult {

using Device = Kokkos::Device<Execution, Memory>;
using Range1 = Kokkos::RangePolicy<Execution, Kokkos::IndexType<Index>>;

/// Whether kernels run on the host, each thread of it by itself.
constexpr bool kernels_on_host = std::is_same_v<Execution, Kokkos::DefaultHostExecutionSpace>;
/// Whether the host may touch device arrays: kernels run on it, in its own memory.
constexpr bool device_is_host = std::is_same_v<Memory, Kokkos::HostSpace>;

template <class Real>
using Vector = Kokkos::View<Real*, Device>;

/// Rows contiguous: (samples, features), (fan_out, fan_in).
template <class Real>
using Matrix = Kokkos::View<Real**, Kokkos::LayoutRight, Device>;

/// Borrowed part of a Matrix: columns contiguous within a row, rows at any distance.
/// What the dense products take; every Matrix converts to it.
template <class Real>
using MatrixRef =
    Kokkos::View<Real**, Kokkos::LayoutStride, Device, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

template <class Real>
using HostVector = Kokkos::View<Real*, Kokkos::HostSpace>;
template <class Real>
using HostMatrix = Kokkos::View<Real**, Kokkos::LayoutRight, Kokkos::HostSpace>;

/// A matrix laid over `data` without owning it, rows `stride` elements apart.
template <class Real>
MatrixRef<Real> matrix_over(Real* data, Index rows, Index columns, Index stride) {
  return MatrixRef<Real>(data, Kokkos::LayoutStride(rows, stride, columns, 1));
}
template <class Real>
MatrixRef<Real> matrix_over(Real* data, Index rows, Index columns) {
  return matrix_over(data, rows, columns, columns);
}

/// All elements, not owned. Throws std::logic_error where the rows do not follow one another.
template <class View>
Vector<typename View::value_type> flat(const View& matrix) {
  if (!matrix.span_is_contiguous()) throw std::logic_error("flat: rows with gaps between them");
  return Vector<typename View::value_type>(matrix.data(), matrix.size());
}

/// All elements <- value. Like every kernel in order with those before and after it: nothing is
/// waited for.
template <class Real>
void fill(const Vector<Real>& values, Real value) {
  Kokkos::deep_copy(Execution(), values, value);
}

/// to <- from, both on the device; nothing is waited for.
template <class Real>
void copy(const Vector<Real>& to, const Vector<const Real>& from) {
  Kokkos::deep_copy(Execution(), to, from);
}

/// `to` on the device <- as many numbers of the host at `from`, which may go when this returns.
template <class Real>
void upload(const Real* from, const Vector<Real>& to) {
  if (to.data() == from) return;
  Kokkos::deep_copy(Execution(), to, HostVector<const Real>(from, to.size()));
  Execution().fence();
}

/// The host's `to` <- all numbers of `from` on the device.
template <class Real>
void download(const Vector<const Real>& from, Real* to) {
  if (from.data() == to) return;
  Kokkos::deep_copy(Execution(), HostVector<Real>(to, from.size()), from);
  Execution().fence();
}

/// A view of at least `size` elements, kept in `storage` between calls.
template <class Real>
Vector<Real> room_for(Vector<Real>& storage, Index size) {
  if (static_cast<Index>(storage.extent(0)) < size) {
    storage = Vector<Real>();  // free first: old and new need not exist together
    storage = Vector<Real>(Kokkos::view_alloc("scratch", Kokkos::WithoutInitializing), size);
  }
  return Kokkos::subview(storage, std::pair(Index{0}, size));
}

/// A copy in host memory (no copy where the device is the host). The view is contiguous.
template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// Room for a view's elements in host memory (the view itself where the device is the host).
template <class View>
auto host_room(const View& view) {
  return Kokkos::create_mirror_view(Kokkos::HostSpace(), view);
}

/// A copy of a host view in device memory (no copy where the device is the host).
template <class View>
auto to_device(const View& host) {
  return Kokkos::create_mirror_view_and_copy(Memory(), host);
}

}  // namespace catapult
