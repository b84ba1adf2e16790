// Decks as text.
// defines: print_defaults, print_resolved, value_of, initialization_key, hash
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deck/sweep.hpp"

namespace catapult {

/// A complete commented deck: every key with its default, range, unit and meaning. Reads as a deck
/// once data.path, a learning rate and a stop rule are set.
std::string print_defaults();

/// Every key of a deck and its sweep as canonical TOML, which reads back as the same study.
std::string print_resolved(const Deck& base, const std::vector<SweepAxis>& axes);

/// The value of one key ("model.width"): text without quotes, else canonical TOML. Throws
/// std::out_of_range for a key that no deck has.
std::string value_of(const Deck& deck, const std::string& key);

/// All that lambda_0 depends on: members of equal text share it.
std::string initialization_key(const Deck& deck);

/// XXH3 of a text, with which ranks and runs compare resolved decks.
std::uint64_t hash(const std::string& text);

}  // namespace catapult
