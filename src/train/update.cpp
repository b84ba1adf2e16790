#include "train/update.hpp"

#include "linalg/vector_ops.hpp"

namespace catapult {

template <class Real>
void descend(const Network<Real>& network, Tape<Real>& tape, const Matrix<Real>& cotangent,
             double eta, const TrainOptions& options, TrainingState<Real>& state) {
  const Vector<const Real> theta = state.theta;
  if (options.momentum == 0.0) {
    network.pullback(theta, tape, cotangent, {state.theta, -eta, 1.0 - eta * options.l2});
    return;
  }
  double keep = options.momentum;
  if (options.l2 != 0.0) {  // v <- gamma v + l2 theta first, so that the product adds to it
    axpby<Real>(options.l2, theta, keep, state.velocity);
    keep = 1.0;
  }
  network.pullback(theta, tape, cotangent, {state.velocity, 1.0, keep});
  axpby<Real>(-eta, state.velocity, 1.0, state.theta);
}

template void descend(const Network<float>&, Tape<float>&, const Matrix<float>&, double,
                      const TrainOptions&, TrainingState<float>&);
template void descend(const Network<double>&, Tape<double>&, const Matrix<double>&, double,
                      const TrainOptions&, TrainingState<double>&);

}  // namespace catapult
