#include "study/quantity.hpp"

#include <algorithm>

#include "curvature/gradient_noise.hpp"
#include "curvature/loss_probe.hpp"
#include "train/update.hpp"

namespace catapult {
namespace {

/// Hessian and gradient of the loss, the learning rate that it bears, and how the layers lie to it.
template <class Real>
class LossSurface final : public Quantity<Real> {
 public:
  LossSurface(const MeasureOptions& options, const MemberStart<Real>& start)
      : hessian_(measures(options, "hessian")),
        gradient_(measures(options, "gradient")),
        critical_rate_(measures(options, "critical_rate")),
        alignment_(measures(options, "alignment")),
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
    if (critical_rate_) {
      const CriticalRate critical = probe_.critical_rate();
      record.add("critical_rate", {step, critical.learning_rate, critical.forwards,
                                   Index{critical.converged ? 1 : 0}});
    }
    if (alignment_) {
      const AlignmentMeasurement found = probe_.alignment();
      record.add("alignment", {step, found.cosine, found.active, found.mean_abs, found.weight_norm,
                               found.cosine_uv});
    }
  }

  bool is_tracked() const override { return true; }
  ParameterTracker state() const override { return probe_.state(); }
  void restore(const ParameterTracker& state) override { probe_.restore(state); }

 private:
  bool hessian_, gradient_, critical_rate_, alignment_;
  LossProbe<Real> probe_;
};

/// What Adam sees of the Hessian; nothing before its first update.
template <class Real>
class PreconditionedHessian final : public Quantity<Real> {
 public:
  PreconditionedHessian(const Deck& deck, const MemberStart<Real>& start)
      : train_(deck.train),
        probe_(start.loss_probe(deck.measure)),
        scale_("adam_scale", start.network.parameters()) {}

  void measure(const Moment<Real>& moment, MemberRecord& record) override {
    if (moment.state.updates == 0) return;
    adam_scale(train_, moment.state, scale_);
    probe_.move_to(moment.state.theta, moment.tape);
    const HessianMeasurement result = probe_.preconditioned(scale_);
    record.add("preconditioned", {moment.row.step, result.lambda, result.residual, result.products,
                                  Index{result.converged ? 1 : 0}});
  }

  bool is_tracked() const override { return true; }
  ParameterTracker state() const override { return probe_.state(); }
  void restore(const ParameterTracker& state) override { probe_.restore(state); }

 private:
  TrainOptions train_;
  LossProbe<Real> probe_;
  Vector<Real> scale_;
};

/// Of the batches that training sees next.
template <class Real>
class BatchNoise final : public Quantity<Real> {
 public:
  BatchNoise(const MeasureOptions& options, const MemberStart<Real>& start)
      : batches_(start.batches()),
        noise_(start.network, start.loss, batches_.size()),
        count_(options.gradient_batches) {}

  void measure(const Moment<Real>& moment, MemberRecord& record) override {
    const Index step = moment.row.step;
    noise_.move_to(moment.state.theta);
    for (Index next = 0; next < count_; ++next) noise_.add(batches_.at(step + next));
    const NoiseMeasurement result = noise_.result();
    record.add("batches", {step, result.sharpness, result.sharpness_error, result.covariance_trace,
                           result.covariance_trace_error});
  }

 private:
  BatchStream<Real> batches_;
  GradientNoise<Real> noise_;
  Index count_;
};

}  // namespace

template <class Real>
Quantities<Real> quantities_of(const Deck& deck, const MemberStart<Real>& start) {
  Quantities<Real> all;
  const MeasureOptions& options = deck.measure;
  if (measures(options, "hessian") || measures(options, "gradient") ||
      measures(options, "critical_rate") || measures(options, "alignment")) {
    all.push_back(std::make_unique<LossSurface<Real>>(options, start));
  }
  if (measures(options, "preconditioned")) {
    all.push_back(std::make_unique<PreconditionedHessian<Real>>(deck, start));
  }
  if (measures(options, "batches")) {
    all.push_back(std::make_unique<BatchNoise<Real>>(options, start));
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
