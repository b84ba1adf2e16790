// The spikes of the loss in a member's training.
// defines: Spikes
#pragma once

#include "curvature/kernel_probe.hpp"
#include "curvature/spikes.hpp"
#include "store/member_record.hpp"
#include "train/loop.hpp"

namespace catapult {

/// Records the loss of the kernel samples and its spikes where measure.curvature names them.
template <class Real>
class Spikes {
 public:
  /// `kernel` outlives it, as does the record.
  Spikes(const MeasureOptions& options, const KernelProbe<Real>& kernel, MemberRecord& record);

  /// After each measurement of the kernel, `lambda`. Collective over the network's grid.
  void observe(const Moment<Real>& moment, double lambda);

  const SpikeState& state() const { return watch_.state(); }
  void restore(SpikeState state) { watch_.restore(std::move(state)); }

 private:
  void add(const Spike& spike);

  bool wanted_;
  const KernelProbe<Real>& kernel_;
  MemberRecord& record_;
  SpikeWatch watch_;
};

}  // namespace catapult
