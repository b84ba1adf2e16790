// `catapult check`: what a deck will do and cost, without doing it.
// defines: check_deck
#pragma once

#include <string>
#include <vector>

namespace catapult {

/// The resolved deck, its members, and what they cost on `ranks` ranks. Throws UsageError where the
/// deck is wrong or does not fit this machine, DataError. Needs no MPI.
std::string check_deck(const std::string& deck, const std::vector<std::string>& settings,
                       int ranks);

}  // namespace catapult
