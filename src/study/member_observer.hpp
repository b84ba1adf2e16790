// What is measured, when, while a member trains.
// defines: MemberObserver
#pragma once

#include <filesystem>

#include "deck/deck.hpp"
#include "study/kernel_probe.hpp"
#include "study/member_record.hpp"
#include "study/progress.hpp"
#include "train/evaluator.hpp"
#include "train/loop.hpp"

namespace catapult {

/// Rows every measure.every steps and at the end, the kernel every kernel_every steps, at
/// kernel_at_times and at the end (a diverged network has none), weights files at checkpoint.at.
template <class Real>
class MemberObserver final : public Observer<Real> {
 public:
  struct Files {
    std::filesystem::path folder;  ///< of the member
    const Provenance& provenance;
  };

  MemberObserver(const Deck& deck, const Network<Real>& network, KernelProbe<Real>& kernel,
                 Evaluator<Real>& test, const Files& files, MemberRecord& record,
                 Progress& progress, Index member);

  void observe(const Moment<Real>& moment) override;

  Score test_end() const { return test_end_; }
  double lambda_first() const { return lambda_first_; }  ///< at step 0; NaN where not measured
  double lambda_end() const { return lambda_end_; }      ///< at the end; likewise

 private:
  bool kernel_is_due(const Moment<Real>& moment);
  bool weights_are_due(const Moment<Real>& moment) const;
  void show_progress(const Moment<Real>& moment);

  const Deck& deck_;
  const Network<Real>& network_;
  KernelProbe<Real>& kernel_;
  Evaluator<Real>& test_;
  Files files_;
  MemberRecord& record_;
  Progress& progress_;
  Index member_;
  std::vector<double> times_;  ///< kernel_at_times, sorted
  std::size_t next_time_ = 0;
  Score test_end_;
  double lambda_first_;
  double lambda_end_;
};

}  // namespace catapult
