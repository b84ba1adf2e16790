// How far the kernel of a member has moved between the steps of measure.kernel_change.
// defines: KernelDrift
#pragma once

#include <optional>

#include "curvature/change.hpp"
#include "store/member_record.hpp"
#include "train/loop.hpp"

namespace catapult {

/// |Theta_t - Theta_s|_F / |Theta_s|_F for the first step s and the others t (paper, Fig. S13c).
template <class Real>
class KernelDrift {
 public:
  /// steps: s, then t, ...; may be empty. samples: this rank's rows of the kernel samples.
  KernelDrift(const Network<Real>& network, std::vector<Index> steps, Samples<Real> samples,
              MemberRecord& record);

  /// At every moment. Collective over the network's grid.
  void observe(const Moment<Real>& moment);

  /// theta_s once it has been, else empty: what a run needs to continue.
  Vector<Real> reference() const { return reference_; }
  void restore(Vector<Real> reference) { reference_ = std::move(reference); }

 private:
  const Network<Real>& network_;
  std::vector<Index> steps_;
  Samples<Real> samples_;
  MemberRecord& record_;
  Vector<Real> reference_;
  std::optional<MatrixOperator> kernel_;  ///< at theta_s
};

}  // namespace catapult
