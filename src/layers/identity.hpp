// h = z, where a layer takes a function behind it and there is none
// defines: Identity
#pragma once

#include <Kokkos_Macros.hpp>

namespace catapult {

template <class Real>
struct Identity {
  static constexpr const char* name = "linear";
  static constexpr bool from_output = true;
  static constexpr bool by_sign = true;
  static constexpr double functions_of_value = 0.0, functions_of_slope = 0.0;

  KOKKOS_INLINE_FUNCTION Real value(Real z) const { return z; }
  KOKKOS_INLINE_FUNCTION Real slope(Real) const { return Real(1); }
  KOKKOS_INLINE_FUNCTION Real curvature(Real) const { return Real(0); }
  KOKKOS_INLINE_FUNCTION Real slope_tangent(Real, Real) const { return Real(0); }
};

}  // namespace catapult
