// The linear twin in function space: vectors of length k N, no parameters.
// defines: DualVector, FunctionStart, FunctionState, FunctionTwin, test_outputs
#pragma once

#include <functional>
#include <vector>

#include "spectra/operator.hpp"

namespace catapult {

/// A vector of parameter space in the span that training of a linear model never leaves:
/// J^T sum / (k N) + of_velocity v_0 + of_theta theta_0, v_0 and theta_0 those of the fork.
struct DualVector {
  std::vector<double> sum;  ///< (this rank's piece of k N)
  double of_velocity = 0.0;
  double of_theta = 0.0;
};

/// Where a linear twin starts: this rank's pieces of vectors (k N), spread as the kernel's.
struct FunctionStart {
  std::vector<double> f;  ///< f_0
  std::vector<double> y;
  std::vector<double> u;  ///< J v_0; empty: no velocity
  std::vector<double> a;  ///< J theta_0; empty: no L2
};

/// All that changes from step to step.
struct FunctionState {
  std::vector<double> f;
  std::vector<double> u;    ///< J v
  DualVector displacement;  ///< theta - theta_0
  DualVector velocity;      ///< v
};

/// Gradient descent on f_0 + J (theta - theta_0), seen from its outputs:
///   u <- gamma u + Theta (f - y) + l2 (f - f_0 + a),  f <- f - eta u,
/// one kernel product a step. Beside it run the coordinates of displacement and velocity, so that
/// parameters and outputs of other samples can be had at any step.
class FunctionTwin {
 public:
  /// Refers to `theta`, the kernel of the training samples: matrix-free, assembled, or diagonal
  /// (then all vectors are those of modes).
  FunctionTwin(const SymmetricOperator<double>& theta, FunctionStart start, double momentum,
               double l2);
  /// From the next step on: the same kernel in another form. Refers to it.
  void multiply_with(const SymmetricOperator<double>& theta) { theta_ = &theta; }

  /// Collective over the kernel's ranks.
  void step(double eta);

  /// f, this rank's piece, until the next step.
  const Vector<double>& f() const { return f_; }
  FunctionState state() const;
  void restore(const FunctionState& state);

 private:
  const SymmetricOperator<double>* theta_;
  double momentum_, l2_;
  /// On the device, this rank's pieces: where the twin starts, where it is, and its coordinates.
  Vector<double> y_, pull_;  ///< pull: f_0 - a, towards which L2 draws f; empty without L2
  Vector<double> f_, u_, displacement_, velocity_, residual_, product_;
  DualVector of_displacement_, of_velocity_;  ///< without their sums
};

/// y = Theta(test, train) x: x spread as the training vectors, y as the caller likes.
using CrossKernel = std::function<void(const double* x, double* y)>;

/// Outputs of a linear model, displaced by `d`, at samples of which `start` holds f, u and a (no y)
/// and `cross` the kernel against the training samples.
std::vector<double> test_outputs(const FunctionStart& start, const CrossKernel& cross,
                                 const DualVector& d);

}  // namespace catapult
