// h = z where z > 0, else a z
// defines: LeakyRelu
#pragma once

#include <Kokkos_Macros.hpp>

namespace catapult {

/// a: slope for z <= 0, not negative, so that h has the sign of z. NaN passes.
template <class Real>
struct LeakyRelu {
  static constexpr const char* name = "leaky_relu";
  static constexpr bool from_output = true;
  static constexpr bool by_sign = true;
  static constexpr double functions_of_value = 0.0, functions_of_slope = 0.0;

  Real a;

  KOKKOS_INLINE_FUNCTION Real value(Real z) const { return z <= Real(0) ? a * z : z; }
  KOKKOS_INLINE_FUNCTION Real slope(Real h) const { return h <= Real(0) ? a : Real(1); }
  KOKKOS_INLINE_FUNCTION Real curvature(Real) const { return Real(0); }
  KOKKOS_INLINE_FUNCTION Real slope_tangent(Real, Real) const { return Real(0); }
};

}  // namespace catapult
