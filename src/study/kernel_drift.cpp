#include "study/kernel_drift.hpp"

#include <algorithm>

namespace catapult {

template <class Real>
KernelDrift<Real>::KernelDrift(const Network<Real>& network, std::vector<Index> steps,
                               Samples<Real> samples, MemberRecord& record)
    : network_(network), steps_(std::move(steps)), samples_(std::move(samples)), record_(record) {}

template <class Real>
void KernelDrift<Real>::observe(const Moment<Real>& moment) {
  const Index step = moment.row.step;
  if (std::find(steps_.begin(), steps_.end(), step) == steps_.end()) return;
  if (step == steps_.front()) {
    reference_ = Vector<Real>("theta_reference", moment.state.theta.extent(0));
    Kokkos::deep_copy(reference_, moment.state.theta);
    return;
  }
  if (reference_.size() == 0) return;  // named before the reference
  const auto all =
      static_cast<Index>(network_.grid().samples.sum(static_cast<double>(samples_.size())));
  if (!kernel_) kernel_ = kernel_at<Real>(network_, reference_, samples_.x, all);
  const MatrixOperator now = kernel_at<Real>(network_, moment.state.theta, samples_.x, all);
  record_.add_change(steps_.front(), step, kernel_change(*kernel_, now));
}

template class KernelDrift<float>;
template class KernelDrift<double>;

}  // namespace catapult
