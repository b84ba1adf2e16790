// From a network in training to its twins.
// defines: fork_state, make_twin
#pragma once

#include "twin/twin.hpp"

namespace catapult {

/// The state of a twin that is forked here: copies of theta and velocity.
template <class Real>
TwinState<Real> fork_state(const TrainingState<Real>& state);

/// The twin of `kind` that continues from `state`, a fork or a checkpoint. The linear twin of a
/// full batch steps by kernel products; all others step their displacement. batch: this rank's rows
/// of the step's batch. Collective over the network's grid.
template <class Real>
std::unique_ptr<Twin<Real>> make_twin(TwinKind kind, const TwinSetting<Real>& setting,
                                      TwinState<Real> state, const Samples<Real>& batch);

}  // namespace catapult
