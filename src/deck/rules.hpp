// What must hold between the keys of one member, as far as the deck alone tells.
// defines: Finding, Candidate, Rule, rules
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deck/deck.hpp"

namespace catapult {

/// A rule that is broken: "problem (reason); advice".
struct Finding {
  std::string problem, reason, advice;
};

struct Candidate {
  const Deck& deck;
  const std::set<std::string>& given;  ///< keys that the deck sets or sweeps
  const std::set<std::string>& swept;

  bool gives(const std::string& key) const { return given.count(key) > 0; }
  bool sweeps(const std::string& key) const { return swept.count(key) > 0; }
};

struct Rule {
  std::vector<std::string> keys;  ///< it looks at these; told at the first one that the deck gives
  std::optional<Finding> (*broken)(const Candidate& member);
};

std::vector<Rule> rules();

}  // namespace catapult
