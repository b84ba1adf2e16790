// Values that the second-order maps of a layer pass along.
// defines: Derivatives, MovingErrors, SecondCache
#pragma once

#include "model/features.hpp"

namespace catapult {

/// First and second derivative by e, at e = 0, of values of the network at theta + e d. Empty:
/// zero.
template <class Real>
struct Derivatives {
  Features<Real> first;
  Features<Real> second;
};

/// Back-propagated errors and their derivative by e along theta + e d.
template <class Real>
struct MovingErrors {
  Features<Real> errors;
  Features<Real> tangents;
};

/// What the second pushforward of one layer leaves for its second pullback.
template <class Real>
struct SecondCache {
  Features<Real> input;   ///< first derivative of the input, as the layer needs it; empty: zero
  Features<Real> output;  ///< first derivative of the output
  Vector<Real> gathered;  ///< storage behind `input`, grown when needed
};

}  // namespace catapult
