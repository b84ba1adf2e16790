#include "plan/curvature_cost.hpp"

#include <algorithm>

#include "curvature/loss_probe.hpp"

namespace catapult {
namespace {

constexpr double followed = 1.5;     // Hessian products of a measurement that starts from the last
constexpr double from_cold = 100.0;  // of one that does not, as of the smallest eigenvalue
constexpr double trials = 4.0;       // forward passes to a critical learning rate
// As of_second_pullback, on average: 2.4 in the first product at a theta, 1.9 in those that follow,
// where errors need not go back through dense layers again.
constexpr double of_backward = 2.2;

/// Of the Hessian and a vector, at a theta whose forward pass is done.
Work product_of(const NetworkCosts& network, Index samples) {
  Work work = network.of(Phase::pushforward, samples).work();
  work += of_backward * network.of(Phase::backward, samples).work();
  return work;
}

bool follows_hessian(const MeasureOptions& measure) {
  return measures(measure, "hessian") || measures(measure, "preconditioned");
}

}  // namespace

Work curvature_work(const NetworkCosts& network, const MeasureOptions& measure, Index kernel,
                    Index batch) {
  const Work product = product_of(network, kernel);
  const Work forward = network.of(Phase::forward, kernel).work();
  const Work gradient = network.of(Phase::backward, kernel).work();
  const double cold = measure.smallest || measure.eigenvalues > 1 ? from_cold : 0.0;
  Work work;
  if (measures(measure, "hessian")) work += (followed + cold) * product;
  if (measures(measure, "preconditioned")) work += followed * product;
  if (measures(measure, "gradient")) {
    work += gradient;
    work += product;
  }
  if (measures(measure, "critical_rate")) {
    work += gradient;
    work += trials * forward;
  }
  if (measures(measure, "alignment")) work += gradient;
  if (measures(measure, "batches")) {
    Work one = network.of(Phase::forward, batch).work();
    one += network.of(Phase::backward, batch).work();
    one += product_of(network, batch);
    work += static_cast<double>(measure.gradient_batches) * one;
  }
  return work;
}

double curvature_bytes(const NetworkCosts& network, const MeasureOptions& measure,
                       const GridShape& grid) {
  constexpr double directions = room_for_hessian.directions + 3.0;  // and vectors in work
  const double own = network.parameters / grid.sample_ranks;
  const bool hessian = measures(measure, "hessian"), gradient = measures(measure, "gradient");
  double vectors = 0.0;  // as theta
  if (follows_hessian(measure) || gradient || measures(measure, "critical_rate")) vectors += 2.0;
  if (measures(measure, "preconditioned")) vectors += 1.0;
  if (measures(measure, "batches")) vectors += 3.0;
  double tracked = 0.0;  // likewise, spread over the ranks
  if (hessian) tracked += directions;
  if (measures(measure, "preconditioned")) tracked += directions + 2.0;
  return network.word * (vectors * network.parameters + tracked * own);
}

}  // namespace catapult
