// h = erf z
// defines: Erf
#pragma once

#include <Kokkos_Macros.hpp>
#include <cmath>

namespace catapult {

/// phi' = 2/sqrt(pi) exp(-z^2), phi'' = -2 z phi'. h does not tell z, which is kept.
template <class Real>
struct Erf {
  static constexpr const char* name = "erf";
  static constexpr bool from_output = false;
  static constexpr bool by_sign = false;
  static constexpr double functions_of_value = 1.0, functions_of_slope = 1.0;

  KOKKOS_INLINE_FUNCTION Real value(Real z) const { return std::erf(z); }
  KOKKOS_INLINE_FUNCTION Real slope(Real z) const {
    return Real(1.1283791670955126) * std::exp(-z * z);
  }
  KOKKOS_INLINE_FUNCTION Real curvature(Real z) const { return Real(-2) * z * slope(z); }
  KOKKOS_INLINE_FUNCTION Real slope_tangent(Real z, Real z_tangent) const {
    return curvature(z) * z_tangent;
  }
};

}  // namespace catapult
