// Which ranks work on which member, and how they share it.
// defines: Placement, place_members, place_study, grid_of
#pragma once

#include "deck/study.hpp"
#include "plan/cost.hpp"

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

/// The same of a study; of an ensemble each rank is a group.
Placement place_study(const Study& study, int ranks);

/// How a member's `ranks` ranks share it: as [parallel] says where it says something, else the grid
/// with the shortest step in the cost model of `machine`, among those that fit the memory of a
/// rank; where none does, the one that needs least. All ranks and every restart choose alike, as
/// reference machines have fixed numbers. Throws UsageError where the grid asked for does not fill
/// the ranks.
GridShape grid_of(const Deck& deck, const DataShape& data, int ranks,
                  const Machine& machine = machine_of_build());

}  // namespace catapult
