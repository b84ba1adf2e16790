// What is to be said of how networks lie on ranks: how those of images are shared, whether batch
// statistics need the other ranks, what a whole kernel would cost, what is computed twice, by which
// lambda_0 steps are counted.
// defines: layout_lines, layout_remarks, find_long_assembly, require_short_assembly
#pragma once

#include <string>
#include <vector>

#include "plan/cost.hpp"

namespace catapult {

/// For those who check a deck; nothing where all is as usual.
std::vector<std::string> layout_lines(const Deck& deck, const DataShape& data,
                                      const MemberCost& cost, const Machine& machine);

/// What is not wrong, but hardly meant: ranks without samples, a last group with fewer of them.
/// Each begins with the key it is about.
std::vector<std::string> layout_remarks(const Deck& deck, const DataShape& data,
                                        const MemberCost& cost);

/// The problem of a deck that asks for the whole kernel where that takes products for longer than
/// an hour, which begins with the key that asks; "" where there is none.
std::string find_long_assembly(const Deck& deck, const MemberCost& cost, const Machine& machine);

/// Throws UsageError where the whole kernel of the first `samples` takes products for longer than
/// an hour on the machine of this build. The same on all ranks, not collective.
void require_short_assembly(Deck deck, const DataShape& data, const GridShape& grid, Index samples);

}  // namespace catapult
