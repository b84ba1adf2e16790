// Which ranks work on which member.
// defines: Placement, place_members
#pragma once

#include <algorithm>

#include "base/integer.hpp"

namespace catapult {

/// Groups of equal size, so that a member's result does not depend on the group that took it.
struct Placement {
  int groups = 1;        ///< members side by side
  int group_size = 1;
  bool idle = false;     ///< this rank is in no group
  int group = 0;         ///< number of this rank's group
};

/// `members_at_once` as in the deck (0: as many as there are ranks and members, no rank idle).
inline Placement place_members(int rank, int ranks, Index members, Index members_at_once) {
  Placement placement;
  if (members_at_once > 0) {
    placement.groups = static_cast<int>(std::min<Index>({members_at_once, members, ranks}));
  } else {
    placement.groups = static_cast<int>(std::min<Index>(members, ranks));
    while (ranks % placement.groups != 0) --placement.groups;
  }
  placement.group_size = ranks / placement.groups;
  placement.group = rank / placement.group_size;
  placement.idle = placement.group >= placement.groups;
  return placement;
}

}  // namespace catapult
