// What is measured beside the kernel while a member trains.
// defines: Quantity, Quantities, quantities_of, state_of, restore
#pragma once

#include <memory>
#include <vector>

#include "deck/deck.hpp"
#include "store/checkpoint_file.hpp"
#include "study/start.hpp"
#include "train/loop.hpp"

namespace catapult {

/// One or several that are measured together, whenever lambda is due. All calls are collective over
/// the network's grid.
template <class Real>
class Quantity {
 public:
  virtual ~Quantity() = default;

  /// Adds a row to its tables of the record. Throws NotFiniteError where it is not finite,
  /// NumericalError where it cannot be told.
  virtual void measure(const Moment<Real>& moment, MemberRecord& record) = 0;

  /// Whether its next measurement starts from something, and from what.
  virtual bool is_tracked() const { return false; }
  virtual ParameterTracker state() const { return {}; }
  virtual void restore(const ParameterTracker&) {}
};

template <class Real>
using Quantities = std::vector<std::unique_ptr<Quantity<Real>>>;

/// Those that the deck asks for. Refers to the network of `start`. Collective.
template <class Real>
Quantities<Real> quantities_of(const Deck& deck, const MemberStart<Real>& start);

/// What all of them continue from, and back. Collective.
template <class Real>
std::vector<ParameterTracker> state_of(const Quantities<Real>& quantities);
template <class Real>
void restore(const Quantities<Real>& quantities, const std::vector<ParameterTracker>& state);

}  // namespace catapult
