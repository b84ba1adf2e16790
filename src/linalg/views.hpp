// The arrays of the project: Kokkos views in the memory of the default execution space.
// defines: Vector, Matrix, MatrixRef, HostVector, HostMatrix, to_host, to_device
#pragma once

#include <Kokkos_Core.hpp>

#include "base/integer.hpp"

namespace catapult {

using Device = Kokkos::DefaultExecutionSpace;
using Range1 = Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>;

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

/// A copy in host memory (no copy where the device is the host).
template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// A copy of a host view in device memory (no copy where the device is the host).
template <class View>
auto to_device(const View& host) {
  return Kokkos::create_mirror_view_and_copy(typename Device::memory_space(), host);
}

}  // namespace catapult
