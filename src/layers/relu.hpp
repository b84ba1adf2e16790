// h = max(z, 0)
// defines: Relu
#pragma once

#include <Kokkos_Macros.hpp>

namespace catapult {

/// phi' = [z > 0]; comparisons are turned so that NaN passes.
template <class Real>
struct Relu {
  static constexpr const char* name = "relu";
  static constexpr bool from_output = true;
  static constexpr bool by_sign = true;
  static constexpr double functions_of_value = 0.0, functions_of_slope = 0.0;

  KOKKOS_INLINE_FUNCTION Real value(Real z) const { return z <= Real(0) ? Real(0) : z; }
  KOKKOS_INLINE_FUNCTION Real slope(Real h) const { return h <= Real(0) ? Real(0) : Real(1); }
  KOKKOS_INLINE_FUNCTION Real curvature(Real) const { return Real(0); }
  KOKKOS_INLINE_FUNCTION Real slope_tangent(Real, Real) const { return Real(0); }
};

}  // namespace catapult
