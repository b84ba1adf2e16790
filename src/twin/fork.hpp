// Where a twin was forked, and all that continues it.
// defines: TwinFork, TwinStanding
#pragma once

#include <string>

#include "twin/twin.hpp"

namespace catapult {

/// What tells a twin from the others, and from when on.
struct TwinFork {
  Index at = 0;  ///< step of the fork
  TwinKind kind = TwinKind::linear;
  double loss = 0.0;        ///< there
  double eta_lambda = 0.0;  ///< there; NaN where not measured
  bool left = false;        ///< the network since then, as far as linearize.tolerance goes

  /// "at_10/linear"
  std::string name() const { return "at_" + std::to_string(at) + "/" + name_of(kind); }
};

/// One twin as its checkpoint keeps it: parameters in the network's layout, vectors of function
/// space whole, so that another number of ranks can continue it.
template <class Real>
struct TwinStanding {
  TwinFork fork;
  TwinState<Real> state;
};

}  // namespace catapult
