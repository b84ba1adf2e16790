#include "study/quantity.hpp"

#include <algorithm>

#include "curvature/loss_probe.hpp"

namespace catapult {
namespace {

/// Hessian and gradient of the loss.
template <class Real>
class LossSurface final : public Quantity<Real> {
 public:
  LossSurface(const MeasureOptions& options, const MemberStart<Real>& start)
      : hessian_(measures(options, "hessian")),
        gradient_(measures(options, "gradient")),
        probe_(start.loss_probe(options)) {}

  void measure(const Moment<Real>& moment, MemberRecord& record) override {
    const Index step = moment.row.step;
    probe_.move_to(moment.state.theta, moment.tape);
    if (hessian_) {
      const HessianMeasurement hessian = probe_.hessian();
      record.add("hessian",
                 {step, hessian.lambda, hessian.residual, hessian.products,
                  Index{hessian.converged ? 1 : 0}, hessian.eigenvalues, hessian.smallest});
    }
    if (gradient_) {
      const GradientMeasurement gradient = probe_.gradient();
      record.add("gradient", {step, gradient.norm, gradient.sharpness});
    }
  }

  bool is_tracked() const override { return true; }
  ParameterTracker state() const override { return probe_.state(); }
  void restore(const ParameterTracker& state) override { probe_.restore(state); }

 private:
  bool hessian_, gradient_;
  LossProbe<Real> probe_;
};

}  // namespace

template <class Real>
Quantities<Real> quantities_of(const Deck& deck, const MemberStart<Real>& start) {
  Quantities<Real> all;
  const MeasureOptions& options = deck.measure;
  if (measures(options, "hessian") || measures(options, "gradient")) {
    all.push_back(std::make_unique<LossSurface<Real>>(options, start));
  }
  return all;
}

template <class Real>
std::vector<ParameterTracker> state_of(const Quantities<Real>& quantities) {
  std::vector<ParameterTracker> all;
  for (const auto& quantity : quantities) {
    if (quantity->is_tracked()) all.push_back(quantity->state());
  }
  return all;
}

template <class Real>
void restore(const Quantities<Real>& quantities, const std::vector<ParameterTracker>& state) {
  auto next = state.begin();
  for (const auto& quantity : quantities) {
    if (quantity->is_tracked() && next != state.end()) quantity->restore(*next++);
  }
}

#define CATAPULT_INSTANTIATE(Real)                                                \
  template Quantities<Real> quantities_of(const Deck&, const MemberStart<Real>&); \
  template std::vector<ParameterTracker> state_of(const Quantities<Real>&);       \
  template void restore(const Quantities<Real>&, const std::vector<ParameterTracker>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
