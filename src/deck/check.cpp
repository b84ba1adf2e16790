#include "deck/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deck/document.hpp"
#include "deck/rules.hpp"

namespace catapult {
namespace {

/// Where what this finding is about stands: an element of the list that the rule's first key holds
/// (of the member's own list where the key is swept), else the first of its keys that the deck
/// gives.
Location place_of(const Rule& rule, const Finding& finding, const Study& study, std::size_t member,
                  const Document& document) {
  const Entry* entry = nullptr;
  for (std::size_t i = 0; !entry && i < rule.keys.size(); ++i) entry = document.find(rule.keys[i]);
  if (!entry) return {.text = study.file};
  const toml::array* list = finding.element < 0 ? nullptr : entry->value->as_array();
  for (std::size_t axis = 0; list && axis < study.axes.size(); ++axis) {
    if (study.axes[axis].key != entry->key) continue;
    const std::size_t value = member_position(study.axes, member)[axis];
    list = value < list->size() ? (*list)[value].as_array() : nullptr;
  }
  const auto number = static_cast<std::size_t>(finding.element);
  if (!list || number >= list->size()) return entry->place();
  return entry->source->at((*list)[number].source());
}

/// " [member 0002: data.batch = 600; 3 more members]", "" where the rule depends on nothing swept.
std::string who(const Study& study, const Rule& rule, std::size_t first, std::size_t count) {
  const std::string values = study.swept_values(first, rule.keys);
  if (values.empty()) return "";
  const std::string more = count == 1   ? ""
                           : count == 2 ? "; 1 more member"
                                        : fmt::format("; {} more members", count - 1);
  return fmt::format(" [member {:04}: {}{}]", first, values, more);
}

/// An axis that a rule looks at.
struct Seen {
  std::size_t axis;
  std::size_t stride;  ///< in the members
};

std::vector<Seen> axes_seen(const Study& study, const Rule& rule) {
  std::vector<Seen> seen;
  std::size_t stride = 1;
  for (std::size_t axis = study.axes.size(); axis-- > 0;) {
    const bool looks = std::count(rule.keys.begin(), rule.keys.end(), study.axes[axis].key) > 0;
    if (looks) seen.insert(seen.begin(), {axis, stride});
    stride *= study.axes[axis].values.size();
  }
  return seen;
}

/// Members that agree in what the rule looks at keep or break it together: one of them is asked.
void check_rule(const Study& study, const Rule& rule, const std::set<std::string>& given,
                const std::set<std::string>& swept, const Document& document, Problems& problems) {
  const std::vector<Seen> seen = axes_seen(study, rule);
  std::size_t combinations = 1;
  for (const Seen& one : seen) combinations *= study.axes[one.axis].values.size();
  const std::size_t alike = static_cast<std::size_t>(study.count()) / combinations;
  MemberDeck member(study.base, study.axes);
  std::optional<Finding> found;
  std::size_t first = 0, count = 0;
  for (std::size_t i = 0; i < combinations; ++i) {
    std::size_t number = 0, rest = i;
    for (auto one = seen.rbegin(); one != seen.rend(); ++one) {
      const std::size_t values = study.axes[one->axis].values.size(), value = rest % values;
      member.set(one->axis, value);
      number += value * one->stride;
      rest /= values;
    }
    auto finding = rule.broken({member.deck(), given, swept});
    if (!finding) continue;
    count += alike;
    if (found) continue;
    found = std::move(finding);
    first = number;
  }
  if (!found) return;
  problems.add(place_of(rule, *found, study, first, document),
               fmt::format("{} ({}); {}{}", found->problem, found->reason, found->advice,
                           who(study, rule, first, count)));
}

}  // namespace

void check_members(const Study& study, const Document& document, Problems& problems) {
  std::set<std::string> given, swept;
  for (const auto& [key, entry] : document.values) given.insert(key);
  for (const SweepAxis& axis : study.axes) swept.insert(axis.key);
  given.insert(swept.begin(), swept.end());
  if (study.count() > most_trajectories) return;  // which is told
  for (const Rule& rule : rules()) {
    if (problems.trusts(rule.keys)) check_rule(study, rule, given, swept, document, problems);
  }
}

}  // namespace catapult
