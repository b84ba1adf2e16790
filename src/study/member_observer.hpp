// What is measured and kept, when, while a member trains.
// defines: MemberObserver
#pragma once

#include <chrono>

#include "curvature/kernel_probe.hpp"
#include "deck/deck.hpp"
#include "store/checkpoint_file.hpp"
#include "store/checkpoints.hpp"
#include "study/kernel_drift.hpp"
#include "study/member.hpp"
#include "study/quantity.hpp"
#include "study/spikes.hpp"
#include "study/twin_runs.hpp"
#include "train/evaluator.hpp"
#include "train/loop.hpp"

namespace catapult {

/// At each moment, in this order: a checkpoint where one is due (before the row of its step, so
/// that no step is told twice when it continues); rows every measure.every steps and at the end;
/// the kernel every kernel_every steps, at kernel_at_times and at the end (a diverged network has
/// none). A checkpoint of parameters that are not finite is not written, and a kernel that is not
/// finite not recorded: the network has diverged there. Where train.follow_lambda sets the rate of
/// the row, the kernel comes before it.
template <class Real>
class MemberObserver final : public Observer<Real> {
 public:
  /// What it measures with; all outlive it.
  struct Instruments {
    const Network<Real>& network;
    KernelProbe<Real>& kernel;
    const Quantities<Real>& quantities;
    Evaluator<Real>& test;
    TwinRuns<Real>& twins;
    KernelDrift<Real>& drift;
    Spikes<Real>& spikes;
    Checkpoints& checkpoints;
  };

  /// `standing`: where the member starts or continues, at step `first_step`.
  MemberObserver(const MemberTask& task, const Instruments& instruments, const MemberTools& tools,
                 Standing<Real> standing, Index first_step);

  bool stop_requested() override;
  double learning_rate(const Moment<Real>& moment) override;
  void observe(const Moment<Real>& moment) override;
  bool met_divergence() const override { return met_divergence_; }

  Score test_end() const { return test_end_; }
  const Standing<Real>& standing() const { return standing_; }
  double lambda_end() const { return lambda_end_; }  ///< NaN where not measured at the end
  double lambda_0() const;                           ///< NaN where not measured
  /// eta lambda_0; NaN where that is not known, or no measure of the rate (Adam's has no threshold
  /// at 2/lambda_0).
  double c() const;
  /// Why a checkpoint that the deck names is missing; "": none is.
  const std::string& lost_checkpoint() const { return lost_checkpoint_; }

 private:
  bool checkpoint_is_due(const Moment<Real>& moment) const;
  /// A checkpoint where one is due; whether all is finite.
  bool keep(const Moment<Real>& moment);
  /// measure(), and whether all was finite. Throws NumericalError where an eigenvalue does not
  /// converge.
  template <class Measure>
  bool is_sound(const Moment<Real>& moment, const Measure& measure);
  void measure_kernel(const Moment<Real>& moment);
  /// The kernel, unless this moment has it already, and what is measured with it, where that is
  /// due; whether all is finite.
  bool measure_curvature(const Moment<Real>& moment, double& lambda);
  /// What has times of its own: how far the kernel has moved, and twins.
  void measure_others(const Moment<Real>& moment, bool row_due, double lambda);
  void add_row(const Moment<Real>& moment);
  void save(const Moment<Real>& moment);
  /// series.csv so far, for people who look at a run that goes on. By rank 0.
  void show_series();
  void warn(const std::string& problem);
  bool kernel_is_due(const Moment<Real>& moment);
  void show_progress(const Moment<Real>& moment);
  MemberStatus status_at(const Row& row) const;

  const MemberTask& task_;
  const Deck& deck_;
  Instruments with_;
  MemberTools tools_;
  Standing<Real> standing_;
  std::vector<double> times_;  ///< kernel_at_times, sorted
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  Index first_step_;
  Request request_ = Request::none;
  bool met_divergence_ = false;
  bool kernel_due_ = false;                  ///< at this moment
  std::optional<KernelMeasurement> kernel_;  ///< of this moment
  Score test_end_;
  double lambda_end_;
  std::string lost_checkpoint_;
};

}  // namespace catapult
