#include "study/spikes.hpp"

namespace catapult {

template <class Real>
Spikes<Real>::Spikes(const MeasureOptions& options, const KernelProbe<Real>& kernel,
                     MemberRecord& record)
    : wanted_(measures(options, "spikes")),
      kernel_(kernel),
      record_(record),
      watch_(options.spike_rise, options.spike_window) {}

template <class Real>
void Spikes<Real>::observe(const Moment<Real>& moment, double lambda) {
  if (!wanted_) return;
  const Sighting now = kernel_.sighting(moment.row.step, lambda, moment.tape);
  record_.add("kernel_loss", {now.step, now.loss});
  if (const auto spike = watch_.see(now)) add(*spike);
  if (!moment.end) return;
  if (const auto spike = watch_.finish(now)) add(*spike);
}

template <class Real>
void Spikes<Real>::add(const Spike& spike) {
  record_.add("spikes", {spike.start, spike.peak, spike.end, Index{spike.returned ? 1 : 0},
                         spike.loss_before, spike.loss_peak, spike.height(), spike.lambda_before,
                         spike.lambda_after, spike.top_share});
}

template class Spikes<float>;
template class Spikes<double>;

}  // namespace catapult
