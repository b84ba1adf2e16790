#include "deck/sweep.hpp"

#include <fmt/format.h>

#include "deck/nearest.hpp"
#include "deck/value.hpp"

namespace catapult {
namespace {

/// Member folders are numbered with four digits.
constexpr std::size_t most_members = 10000;

void refuse_unknown_axis(const Entry& axis, const std::vector<OptionTable>& tables,
                         Problems& problems) {
  std::vector<std::string> keys;
  std::string likely;
  for (const OptionTable& table : tables) {
    for (const Option& option : table.options) {
      keys.push_back(option.key);
      if (option.name == axis.key && likely.empty()) likely = option.key;
    }
  }
  if (likely.empty()) likely = nearest(axis.key, keys);
  if (!likely.empty()) problems.distrust(likely);
  problems.add(
      axis.key_place,
      fmt::format("unknown key {} (an axis of the sweep is a key of the deck){}", quoted(axis.key),
                  likely.empty() ? "" : "; did you mean \"" + likely + "\"?"));
}

/// The list of values of an axis, or nullptr.
const toml::array* find_values(const Entry& axis, const Option& option, Problems& problems) {
  const std::string key = "sweep of " + axis.key;
  if (!may_be_swept(axis.key)) {
    problems.add(axis.key_place,
                 fmt::format("{} (the keys of [study] and [boundary] hold for all members)", key));
    return nullptr;
  }
  const toml::array* values = axis.value->as_array();
  if (!values) {
    const std::string better = axis_for(words_of(*axis.value), option);
    problems.add(axis.place(), fmt::format("{} is not a list (an axis lists its values){}{}", key,
                                           better.empty() ? "" : "; write ", better));
  } else if (values->empty()) {
    problems.add(axis.place(), fmt::format("{} is empty (no member would be left); list values or "
                                           "leave the axis out",
                                           key));
  }
  return values && !values->empty() ? values : nullptr;
}

SweepAxis read_axis(const Entry& entry, const Option& option, const toml::array& values,
                    Problems& problems) {
  SweepAxis axis{entry.key, {}};
  for (const toml::node& node : values) {
    auto value = decode(node, option, *entry.source, problems);
    if (value) {
      axis.values.push_back(std::move(*value));
    } else {
      problems.distrust(entry.key);
    }
  }
  return axis;
}

void refuse_both_rates(const Document& document, const std::vector<SweepAxis>& axes,
                       Problems& problems) {
  const std::string rate = "train.learning_rate", rate_c = "train.learning_rate_c";
  const auto swept = [&](const std::string& key) {
    for (const SweepAxis& axis : axes) {
      if (axis.key == key) return true;
    }
    return false;
  };
  if (!swept(rate) || !swept(rate_c)) return;
  problems.add(
      document.find(rate_c)->key_place,
      fmt::format("{} and {} are both swept (each one fixes eta); keep one axis", rate, rate_c));
  problems.distrust(rate);
}

}  // namespace

bool may_be_swept(const std::string& key) {
  return key.rfind("study.", 0) != 0 && key.rfind("boundary.", 0) != 0;
}

std::vector<SweepAxis> read_axes(const Document& document, const std::vector<OptionTable>& tables,
                                 Problems& problems) {
  std::vector<SweepAxis> axes;
  std::size_t members = 1;
  for (const Entry& entry : document.axes) {
    const Option* option = find_option(tables, entry.key);
    if (!option) {
      refuse_unknown_axis(entry, tables, problems);
      continue;
    }
    const toml::array* values = find_values(entry, *option, problems);
    if (!values) problems.distrust(entry.key);
    if (!values) continue;
    SweepAxis axis = read_axis(entry, *option, *values, problems);
    if (axis.values.empty()) continue;
    if (axis.values.size() > most_members / members) {
      problems.add(entry.key_place,
                   fmt::format("more than {} members up to this axis (the product of the axes); "
                               "split the study",
                               most_members));
      break;
    }
    members *= axis.values.size();
    axes.push_back(std::move(axis));
  }
  refuse_both_rates(document, axes, problems);
  return axes;
}

std::vector<std::size_t> member_position(const std::vector<SweepAxis>& axes, std::size_t member) {
  std::vector<std::size_t> position(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    position[i] = member % axes[i].values.size();
    member /= axes[i].values.size();
  }
  return position;
}

std::vector<Deck> expand(const Deck& base, const std::vector<SweepAxis>& axes) {
  std::size_t count = 1;
  for (const SweepAxis& axis : axes) count *= axis.values.size();
  std::vector<Deck> members(count, base);
  for (std::size_t member = 0; member < count && !axes.empty(); ++member) {
    const std::vector<OptionTable> tables = tables_of(members[member]);
    const std::vector<std::size_t> position = member_position(axes, member);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      find_option(tables, axes[i].key)->set(axes[i].values[position[i]]);
    }
  }
  return members;
}

}  // namespace catapult
