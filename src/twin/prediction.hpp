// Closed form of a linear model's training at any step, from the modes of its kernel.
// defines: Prediction
#pragma once

#include <optional>
#include <vector>

#include "twin/function_twin.hpp"

namespace catapult {

/// Training of a linear model in discrete time. Mode by mode, with kappa = lambda + l2, w = f - y:
///   u <- gamma u + kappa w + l2 (y - f_0 + a),  w <- w - eta u
/// is a 2 x 2 companion matrix M about its fixed point, and step t is M^t, formed by repeated
/// squaring in O(log t) whether M is real, complex or defective, whatever eta lambda. Serial; all
/// vectors are those of modes.
class Prediction {
 public:
  /// eigenvalues: all k N of the kernel; `start` in modes, in the same order.
  Prediction(std::vector<double> eigenvalues, FunctionStart start, double eta, double momentum,
             double l2);

  /// Modes of f(t).
  std::vector<double> outputs(Index t) const;
  /// 1/(2 k N) sum (f(t) - y)^2; infinite where it overflows.
  double loss(Index t) const;
  /// theta(t) - theta_0 in coordinates of modes: for parameters and test outputs at any step.
  DualVector displacement(Index t) const;
  /// Losses at steps first, first + 1, ...: `count` of them, O(k N) each.
  std::vector<double> losses(Index first, Index count) const;

  /// |rho| of every mode: by how much it grows a step in the long run. |1 - eta lambda| without
  /// momentum and L2. Above 1 the linear regime must end.
  std::vector<double> growth_rates() const;
  /// First step at which the loss exceeds `multiple` times that of step 0, if it is one of the
  /// first `most`.
  std::optional<Index> first_step_above(double multiple, Index most) const;

 private:
  /// w - w* and u of every mode.
  struct Modes {
    std::vector<double> offset;
    std::vector<double> u;
  };

  Modes at(Index t) const;
  void advance(Modes& modes) const;
  double loss_of(const Modes& modes) const;

  std::vector<double> lambda_;
  FunctionStart start_;
  double eta_, momentum_, l2_;
  std::vector<double> fixed_;  ///< w*
};

}  // namespace catapult
