// Random vectors that probe operators of parameter space.
// defines: signs_of_parameters
#pragma once

#include "curvature/parameter_space.hpp"
#include "spectra/probes.hpp"

namespace catapult {

/// A parameter's sign depends on its tensor and its place there, so not on the grid of ranks, by
/// which ParameterSpace orders its vectors. Refers to both. Collective.
template <class Real>
Probes signs_of_parameters(const Network<Real>& network, const ParameterSpace& space);

}  // namespace catapult
