// What must hold between the keys of one member, as far as the deck alone tells.
// defines: Finding, Candidate, Rule, rules
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deck/deck.hpp"

namespace catapult {

/// A rule that is broken: "problem (reason); advice".
struct Finding {
  std::string problem, reason, advice;
  Index element = -1;  ///< of the list that the rule's first key holds; -1: about the whole value
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
  std::function<std::optional<Finding>(const Candidate& member)> broken;
};

std::vector<Rule> rules();

}  // namespace catapult
