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

void check_rule(const Study& study, const Rule& rule, const std::set<std::string>& given,
                const std::set<std::string>& swept, const Document& document, Problems& problems) {
  std::optional<Finding> found;
  std::size_t first = 0, count = 0;
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    auto finding = rule.broken({study.members[i], given, swept});
    if (!finding) continue;
    if (count++ > 0) continue;
    found = std::move(finding);
    first = i;
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
  for (const Rule& rule : rules()) {
    if (problems.trusts(rule.keys)) check_rule(study, rule, given, swept, document, problems);
  }
}

}  // namespace catapult
