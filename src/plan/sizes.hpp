// Sizes that no memory holds, found by arithmetic before anything is made of them.
// defines: find_impossible_size, require_possible_sizes
#pragma once

#include <string>

#include "base/communicator.hpp"
#include "deck/deck.hpp"
#include "plan/machine.hpp"
#include "plan/memory.hpp"

namespace catapult {

/// What a member holds at the very least (data that are drawn, parameters, layers) against what all
/// `ranks` have together, and each by itself (this process as well, which may only plan for other
/// machines): the problem, which begins with the key that is largest; "" where there is none.
/// `ranks_of_node`: ranks that share a node. `rank`: where GPUs work, data and parameters are in
/// their memory.
std::string find_impossible_size(const Deck& deck, const MemoryLimits& limits, int ranks,
                                 int ranks_of_node, RankKind rank);

/// Throws UsageError with this problem for a member of all `ranks`. Collective.
void require_possible_sizes(const Deck& deck, const Communicator& ranks);

}  // namespace catapult
