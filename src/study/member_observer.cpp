#include "study/member_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.hpp"
#include "base/unknown.hpp"
#include "record/atomic_file.hpp"
#include "record/readable.hpp"
#include "train/schedule.hpp"

namespace catapult {

template <class Real>
MemberObserver<Real>::MemberObserver(const MemberTask& task, const Instruments& instruments,
                                     const MemberTools& tools, Standing<Real> standing,
                                     Index first_step)
    : task_(task),
      deck_(task.deck),
      with_(instruments),
      tools_(tools),
      standing_(std::move(standing)),
      times_(deck_.measure.kernel_at_times),
      first_step_(first_step),
      test_end_{unknown, unknown},
      lambda_end_(unknown) {
  std::sort(times_.begin(), times_.end());
}

template <class Real>
bool MemberObserver<Real>::stop_requested() {
  const Communicator& ranks = with_.network.grid().all;
  const bool overdue = ranks.is_root() && with_.checkpoints.overdue();
  request_ = tools_.interruptions.poll(ranks, overdue ? Request::checkpoint : Request::none);
  return request_ >= Request::stop;
}

/// Checkpoint, then lambda, then the row: what continues at this step measures it anew.
template <class Real>
double MemberObserver<Real>::learning_rate(const Moment<Real>& moment) {
  kernel_.reset();
  if (!deck_.train.follow_lambda) return moment.row.learning_rate;
  met_divergence_ = !keep(moment);
  if (moment.end == Outcome::stopped) return moment.row.learning_rate;
  kernel_due_ = kernel_is_due(moment) || !std::isfinite(standing_.lambda_last);
  if (kernel_due_ && !met_divergence_) {
    met_divergence_ = !is_sound(moment, [&] { measure_kernel(moment); });
  }
  if (standing_.lambda_last > 0.0 || met_divergence_ || moment.end) {
    return deck_.train.learning_rate_c / standing_.lambda_last;
  }
  throw NumericalError(fmt::format("lambda is {} at step {} and cannot set the learning rate",
                                   standing_.lambda_last, moment.row.step));
}

template <class Real>
void MemberObserver<Real>::observe(const Moment<Real>& met) {
  Moment<Real> moment = met;
  const auto sound = [&](bool finite) {
    if (finite) return;
    met_divergence_ = true;
    moment.end = Outcome::diverged;
  };
  sound(deck_.train.follow_lambda ? !met_divergence_ : keep(moment));
  if (moment.end == Outcome::stopped) return;
  const Index every = deck_.measure.every;
  bool row_due = (every > 0 && moment.row.step % every == 0) || moment.end;
  if (row_due) add_row(moment);
  double lambda = unknown;
  if (!deck_.train.follow_lambda) kernel_due_ = kernel_is_due(moment);
  sound(measure_curvature(moment, lambda));
  if (met_divergence_ && !row_due) {  // the last row, after all
    row_due = true;
    add_row(moment);
  }
  measure_others(moment, row_due, lambda);
  show_progress(moment);
}

template <class Real>
void MemberObserver<Real>::add_row(const Moment<Real>& moment) {
  if (with_.test.empty()) {
    test_end_ = {unknown, unknown};
  } else {
    const Timed evaluation(tools_.stopwatch, TimePart::evaluation);
    test_end_ = with_.test.score(moment.state.theta);
  }
  tools_.record.add(moment.row, test_end_);
}

template <class Real>
void MemberObserver<Real>::measure_others(const Moment<Real>& moment, bool row_due, double lambda) {
  if (!deck_.measure.kernel_change.empty()) {
    const Timed kernel(tools_.stopwatch, TimePart::kernel);
    with_.drift.observe(moment);
  }
  if (deck_.linearize.at.empty() && !deck_.linearize.watch) return;
  const Timed twins(tools_.stopwatch, TimePart::twins);
  with_.twins.observe(moment, row_due, lambda);
}

template <class Real>
bool MemberObserver<Real>::keep(const Moment<Real>& moment) {
  if (!checkpoint_is_due(moment)) return true;
  if (!is_finite<Real>(with_.network.grid(), moment.state.theta)) return false;
  save(moment);
  return true;
}

template <class Real>
void MemberObserver<Real>::measure_kernel(const Moment<Real>& moment) {
  const Timed kernel(tools_.stopwatch, TimePart::kernel);
  kernel_ = with_.kernel.measure(moment.state.theta, moment.tape);
  if (kernel_->lambda != 0.0) standing_.lambda_last = kernel_->lambda;  // else nothing moves
}

template <class Real>
template <class Measure>
bool MemberObserver<Real>::is_sound(const Moment<Real>& moment, const Measure& measure) {
  try {
    measure();
  } catch (const NotFiniteError&) {
    return false;
  } catch (const NumericalError&) {
    if (is_finite<Real>(with_.network.grid(), moment.state.theta)) throw;
    return false;
  }
  return true;
}

template <class Real>
bool MemberObserver<Real>::measure_curvature(const Moment<Real>& moment, double& lambda) {
  if (!kernel_due_ || met_divergence_) return true;
  const Timed kernel(tools_.stopwatch, TimePart::kernel);
  const bool sound = is_sound(moment, [&] {
    if (measures(deck_.measure, "ntk")) {
      if (!kernel_) measure_kernel(moment);
      tools_.record.add(moment.row.step, *kernel_);
      lambda = kernel_->lambda;
      with_.spikes.observe(moment, lambda);
    }
    for (const auto& quantity : with_.quantities) quantity->measure(moment, tools_.record);
  });
  if (!sound) return false;
  const bool first_row = !moment.state.so_far && std::isnan(standing_.lambda_first);
  if (first_row) standing_.lambda_first = lambda;
  if (moment.end) lambda_end_ = lambda;
  return true;
}

template <class Real>
bool MemberObserver<Real>::checkpoint_is_due(const Moment<Real>& moment) const {
  const Index step = moment.row.step;
  if (step == with_.checkpoints.continued_from()) return false;
  if (with_.checkpoints.named(step)) return true;
  if (moment.end && moment.end != Outcome::stopped) return false;
  return request_ == Request::checkpoint || request_ == Request::stop ||
         with_.checkpoints.periodic(step);
}

template <class Real>
void MemberObserver<Real>::save(const Moment<Real>& moment) {
  const Timed output(tools_.stopwatch, TimePart::output);
  const Communicator& ranks = with_.network.grid().all;
  const Index step = moment.row.step;
  const auto begin = std::chrono::steady_clock::now();
  standing_.trackers = with_.kernel.state();
  standing_.parameter_trackers = state_of(with_.quantities);
  standing_.spikes = with_.spikes.state();
  standing_.twins = with_.twins.state();
  standing_.kernel_reference = with_.drift.reference();
  try {
    write_checkpoint(with_.checkpoints.path_of(step), with_.network, moment.state, standing_,
                     tools_.record, tools_.provenance);
    if (ranks.is_root()) with_.checkpoints.prune(step);
    tools_.interruptions.checkpoint_written(std::chrono::steady_clock::now() - begin,
                                            ranks.is_root());
  } catch (const Error& error) {
    if (moment.end == Outcome::stopped) throw;
    warn(fmt::format("no checkpoint before step {}: {}", step, error.what()));
    if (with_.checkpoints.named(step)) lost_checkpoint_ = error.what();
    tools_.interruptions.checkpoint_failed();
  }
  standing_.twins.clear();  // refers to what they step in
  with_.checkpoints.restart_clock();
  show_series();
}

template <class Real>
void MemberObserver<Real>::show_series() {
  if (!with_.network.grid().all.is_root()) return;
  try {
    write_text(task_.folder / "series.csv", series_csv(tools_.record));
  } catch (const Error& error) {
    warn(error.what());
  }
}

template <class Real>
void MemberObserver<Real>::warn(const std::string& problem) {
  tools_.progress.clear();
  tools_.log.warn("{}: {}", task_.name, problem);
}

template <class Real>
bool MemberObserver<Real>::kernel_is_due(const Moment<Real>& moment) {
  const Index every = deck_.measure.kernel_every;
  bool due =
      (every > 0 && moment.row.step % every == 0) || with_.twins.watches_from(moment.row.step);
  Index& next = standing_.kernel_times;
  while (next < static_cast<Index>(times_.size()) &&
         time_has_come(times_[static_cast<std::size_t>(next)], moment.row.time)) {
    ++next;
    due = true;
  }
  if (moment.end) due = *moment.end != Outcome::diverged && (every > 0 || !times_.empty());
  return due;
}

template <class Real>
double MemberObserver<Real>::lambda_0() const {
  return std::isfinite(standing_.lambda_0) ? standing_.lambda_0 : standing_.lambda_first;
}

template <class Real>
double MemberObserver<Real>::c() const {
  return deck_.train.optimizer == "adam" ? unknown : standing_.learning_rate * lambda_0();
}

template <class Real>
MemberStatus MemberObserver<Real>::status_at(const Row& row) const {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
  MemberStatus status = task_.status;
  status.step = row.step;
  status.loss = row.loss;
  status.lambda = standing_.lambda_last;
  status.c = c();
  status.steps_per_second = static_cast<double>(row.step - first_step_) / taken.count();
  return status;
}

template <class Real>
void MemberObserver<Real>::show_progress(const Moment<Real>& moment) {
  const Row& row = moment.row;
  if (tools_.report.due()) {
    const Timed output(tools_.stopwatch, TimePart::output);
    tools_.report.show(status_at(row));
  }
  if (!tools_.progress.due()) return;
  const Index steps = deck_.train.stop_steps;
  tools_.progress.show(fmt::format("{}: step {}{}, t*eta {:.4g}, loss {}", task_.name, row.step,
                                   steps > 0 ? fmt::format(" of {}", steps) : "", row.time,
                                   brief(row.loss)));
}

template class MemberObserver<float>;
template class MemberObserver<double>;

}  // namespace catapult
