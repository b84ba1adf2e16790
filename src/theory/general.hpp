// The warm-up model on any samples: f_a = n^(-1/2) v^T u x_a, closed in function space.
// defines: SolvableData, FunctionSpaceState, function_step
#pragma once

#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// d inputs, m samples: x (m, d) and y (m).
struct SolvableData {
  Index inputs = 0;
  std::vector<double> x;
  std::vector<double> y;

  Index samples() const { return static_cast<Index>(y.size()); }
};

/// All that gradient descent needs to know of u and v.
struct FunctionSpaceState {
  std::vector<double> f;      ///< (m)
  std::vector<double> theta;  ///< (m, m), J J^T = (x_a^T u^T u x_b + |v|^2 x_a.x_b)/n
  double v_squared = 0.0;     ///< |v|^2
};

/// One step on L = 1/(2m) sum (f - y)^2 at width n. With f~ = f - y, zeta = sum_a f~_a x_a / m
/// (S3-S5 of Lewkowycz et al. 2020; its S1 must read eta/(sqrt(n) m)):
///   f'_a = f_a - (eta/m) sum_b Theta_ab f~_b + (eta^2/n)(x_a.zeta)(f.f~/m)
///   Theta'_ab = Theta_ab - (eta/n)(f_a zeta.x_b + f_b zeta.x_a)
///               + (eta^2/n^2)|v|^2 (zeta.x_a)(zeta.x_b)
///               + [(eta^2/n^2)|u zeta|^2 - (2 eta/n)(f.f~/m)] x_a.x_b
///   |v'|^2 = |v|^2 - 2 eta (f.f~/m) + (eta^2/n)|u zeta|^2
/// where |u zeta|^2 = n sum_ab f~_a Theta_ab f~_b/m^2 - |v|^2 |zeta|^2.
FunctionSpaceState function_step(const FunctionSpaceState& now, const SolvableData& data,
                                 double eta, double width);

}  // namespace catapult
