// The twins of one member: forked, stepped beside the network, recorded, ended.
// defines: TwinRuns
#pragma once

#include "deck/deck.hpp"
#include "plan/twin_matrices.hpp"
#include "store/member_record.hpp"
#include "train/loop.hpp"
#include "twin/fork.hpp"
#include "twin/make.hpp"

namespace catapult {

/// What [linearize] asks for. A twin goes on until the network ends, unless its own loss diverges,
/// or, where it is watched, until it has left the network.
template <class Real>
class TwinRuns {
 public:
  /// diverge_above: of linear twins, by the deck.
  TwinRuns(const LinearizeOptions& options, double diverge_above, TwinSetting<Real> setting,
           const TwinMatrices& matrices, MemberRecord& record);

  /// Whether a watched twin starts here: lambda is wanted then.
  bool watches_from(Index step) const;

  /// At every moment of the network, before its step: forks what is due, records a row where
  /// `row_due`, steps what lives. lambda: at this moment, NaN where not measured. Collective.
  void observe(const Moment<Real>& moment, bool row_due, double lambda);

  /// All that continues the living twins, taken before observe(). Collective.
  std::vector<TwinStanding<Real>> state() const;
  /// At the first moment of a run that continues.
  void restore(std::vector<TwinStanding<Real>> standing) { waiting_ = std::move(standing); }

  /// What the watch has found: in words; "" where nothing was watched to the end.
  std::string finding() const { return finding_; }

 private:
  struct Run {
    TwinFork fork;
    std::unique_ptr<Twin<Real>> twin;
  };

  bool listed(Index step) const;
  void start(TwinStanding<Real> standing, const Moment<Real>& moment);
  void fork(const Moment<Real>& moment, double lambda);
  /// Of the twins old enough the first ones: the same after a restart.
  void hold_kernels(Index step);
  /// Quadratic twins rise as high as the network, which may be allowed more than the deck says. A
  /// linear one rises by the same factor at each step or not at all, however wide the network: what
  /// the deck says holds, for the loss at the fork, which may be amid a catapult, or the run's.
  Divergence divergence_of(const TwinFork& fork, const Moment<Real>& moment) const;
  /// Looks at the twin; whether it lives on.
  bool look(Run& run, const Moment<Real>& moment, bool row_due);
  void conclude(const Moment<Real>& moment);

  LinearizeOptions options_;
  double diverge_above_;
  TwinSetting<Real> setting_;
  TwinMatrices matrices_;
  MemberRecord& record_;
  std::vector<TwinStanding<Real>> waiting_;
  std::vector<Run> runs_;
  std::string finding_;
};

}  // namespace catapult
