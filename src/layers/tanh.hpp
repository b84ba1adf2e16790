// h = tanh z
// defines: Tanh
#pragma once

#include <Kokkos_Macros.hpp>
#include <cmath>

namespace catapult {

/// phi' = 1 - h^2, phi'' = -2 h (1 - h^2)
template <class Real>
struct Tanh {
  static constexpr const char* name = "tanh";
  static constexpr bool from_output = true;
  static constexpr bool by_sign = false;
  static constexpr double functions_of_value = 1.0, functions_of_slope = 0.0;

  KOKKOS_INLINE_FUNCTION Real value(Real z) const { return std::tanh(z); }
  KOKKOS_INLINE_FUNCTION Real slope(Real h) const { return Real(1) - h * h; }
  KOKKOS_INLINE_FUNCTION Real curvature(Real h) const { return Real(-2) * h * (Real(1) - h * h); }
  KOKKOS_INLINE_FUNCTION Real slope_tangent(Real h, Real h_tangent) const {
    return Real(-2) * h * h_tangent;
  }
};

}  // namespace catapult
