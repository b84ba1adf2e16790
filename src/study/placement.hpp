// Which ranks work on which member, and how they share it.
// defines: Placement, place_members, width_ranks_of
#pragma once

#include "deck/deck.hpp"

namespace catapult {

/// Groups of equal size, so that a member's result does not depend on the group that took it.
struct Placement {
  int groups = 1;      ///< members side by side
  int group_size = 1;  ///< ranks of a member

  int group_of(int rank) const { return rank / group_size; }
};

/// Groups for `members` members on `ranks` ranks: as large as the deck's [parallel] asks for, else
/// as many as members_at_once says (0: as many as there are members and ranks, no rank idle).
/// Throws UsageError where the ranks do not suffice.
Placement place_members(const Deck& deck, int ranks, Index members);

/// Width ranks of a member on `ranks` ranks: parallel.width_ranks; else what sample_ranks leaves;
/// else as many as its narrowest hidden layer has neurons for, the others share samples. Throws
/// UsageError where the grid does not fill the ranks.
int width_ranks_of(const Deck& deck, int ranks);

}  // namespace catapult
