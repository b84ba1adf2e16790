#include "study/member_observer.hpp"

#include <algorithm>
#include <limits>

#include "study/weights_file.hpp"
#include "train/schedule.hpp"

namespace catapult {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

template <class Real>
MemberObserver<Real>::MemberObserver(const Deck& deck, const Network<Real>& network,
                                     KernelProbe<Real>& kernel, Evaluator<Real>& test,
                                     const Files& files, MemberRecord& record, Progress& progress,
                                     Index member)
    : deck_(deck),
      network_(network),
      kernel_(kernel),
      test_(test),
      files_(files),
      record_(record),
      progress_(progress),
      member_(member),
      times_(deck.measure.kernel_at_times),
      test_end_{unknown, unknown},
      lambda_first_(unknown),
      lambda_end_(unknown) {
  std::sort(times_.begin(), times_.end());
}

template <class Real>
void MemberObserver<Real>::observe(const Moment<Real>& moment) {
  const Row& row = moment.row;
  if (row.step % deck_.measure.every == 0 || moment.end) {
    test_end_ = test_.empty() ? Score{unknown, unknown} : test_.score(moment.state.theta);
    record_.add(row, test_end_);
  }
  if (kernel_is_due(moment)) {
    const KernelMeasurement kernel = kernel_.measure(moment.state.theta, moment.tape);
    record_.add(row.step, kernel);
    if (row.step == 0) lambda_first_ = kernel.lambda;
    if (moment.end) lambda_end_ = kernel.lambda;
  }
  if (weights_are_due(moment)) {
    const std::string name = fmt::format("step-{:012}.h5", row.step);
    write_weights_file(files_.folder / "checkpoints" / name, network_, moment.state,
                       files_.provenance);
  }
  show_progress(moment);
}

template <class Real>
bool MemberObserver<Real>::kernel_is_due(const Moment<Real>& moment) {
  const Index every = deck_.measure.kernel_every;
  bool due = every > 0 && moment.row.step % every == 0;
  while (next_time_ < times_.size() && Schedule::has_come(times_[next_time_], moment.row.time)) {
    ++next_time_;
    due = true;
  }
  if (moment.end) due = *moment.end != Outcome::diverged && (every > 0 || !times_.empty());
  return due;
}

template <class Real>
bool MemberObserver<Real>::weights_are_due(const Moment<Real>& moment) const {
  const std::vector<Index>& at = deck_.checkpoint.at;
  return std::find(at.begin(), at.end(), moment.row.step) != at.end();
}

template <class Real>
void MemberObserver<Real>::show_progress(const Moment<Real>& moment) {
  if (!progress_.due()) return;
  const Index steps = deck_.train.stop_steps;
  progress_.show(fmt::format("member {:04}: step {}{}, t*eta {:.4g}, loss {:.4g}", member_,
                             moment.row.step, steps > 0 ? fmt::format(" of {}", steps) : "",
                             moment.row.time, moment.row.loss));
}

template class MemberObserver<float>;
template class MemberObserver<double>;

}  // namespace catapult
