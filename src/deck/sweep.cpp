#include "deck/sweep.hpp"

#include <fmt/format.h>

#include "deck/axis_range.hpp"
#include "deck/value.hpp"

namespace catapult {
namespace {

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

/// The axis as far as it is usable; nothing where it has no values.
std::optional<SweepAxis> read_axis(const Entry& entry, const Option& option, Problems& problems) {
  if (may_be_swept(entry.key) && entry.value->is_table()) {
    return read_range(entry, option, problems);
  }
  const toml::array* values = find_values(entry, option, problems);
  if (!values) return std::nullopt;
  SweepAxis axis{entry.key, {}};
  for (const toml::node& node : *values) {
    auto value = decode(node, option, *entry.source, problems);
    if (value) {
      axis.values.push_back(std::move(*value));
    } else {
      problems.distrust(entry.key);
    }
  }
  if (axis.values.empty()) return std::nullopt;
  return axis;
}

void refuse_both_rates(const Keys& keys, const std::vector<SweepAxis>& axes, Problems& problems) {
  const std::string rate = "train.learning_rate", rate_c = "train.learning_rate_c";
  const auto swept = [&](const std::string& key) {
    for (const SweepAxis& axis : axes) {
      if (axis.key == key) return true;
    }
    return false;
  };
  if (!swept(rate) || !swept(rate_c)) return;
  problems.add(
      keys.find(rate_c)->key_place,
      fmt::format("{} and {} are both swept (each one fixes eta); keep one axis", rate, rate_c));
  problems.distrust(rate);
}

}  // namespace

bool may_be_swept(const std::string& key) {
  return key.rfind("study.", 0) != 0 && key.rfind("boundary.", 0) != 0;
}

std::vector<SweepAxis> read_axes(const Keys& keys, const std::vector<OptionTable>& tables,
                                 Problems& problems) {
  std::vector<SweepAxis> axes;
  for (const Entry& entry : keys.axes) {
    const Option* option = find_option(tables, entry.key);
    if (!option) {
      refuse_unknown(entry, "an axis of the sweep is a key of the deck", tables, problems);
      continue;
    }
    auto axis = read_axis(entry, *option, problems);
    if (axis) {
      axes.push_back(std::move(*axis));
    } else {
      problems.distrust(entry.key);
    }
  }
  refuse_both_rates(keys, axes, problems);
  return axes;
}

Index product_of(const std::vector<SweepAxis>& axes) {
  Index product = 1;
  for (const SweepAxis& axis : axes) {
    if (product <= most_trajectories) product *= static_cast<Index>(axis.values.size());
  }
  return product;
}

void refuse_more_than(Index most, const std::string& reason, const std::vector<SweepAxis>& axes,
                      const Document& document, Problems& problems) {
  Index members = 1;
  for (const SweepAxis& axis : axes) {
    const auto values = static_cast<Index>(axis.values.size());
    if (values > most / members) {
      return problems.add(
          document.find(axis.key)->key_place,
          fmt::format("more than {} members up to this axis ({}); split the study", most, reason));
    }
    members *= values;
  }
}

std::vector<std::size_t> member_position(const std::vector<SweepAxis>& axes, std::size_t member) {
  std::vector<std::size_t> position(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    position[i] = member % axes[i].values.size();
    member /= axes[i].values.size();
  }
  return position;
}

MemberDeck::MemberDeck(const Deck& base, const std::vector<SweepAxis>& axes)
    : axes_(axes), deck_(base), tables_(tables_of(deck_)) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    options_.push_back(find_option(tables_, axes[i].key));
    set(i, 0);
  }
}

void MemberDeck::set(std::size_t axis, std::size_t value) {
  options_[axis]->set(axes_[axis].values[value]);
}

std::vector<Deck> expand(const Deck& base, const std::vector<SweepAxis>& axes) {
  const auto count = static_cast<std::size_t>(product_of(axes));
  MemberDeck member(base, axes);
  std::vector<Deck> members;
  members.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<std::size_t> position = member_position(axes, i);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) member.set(axis, position[axis]);
    members.push_back(member.deck());
  }
  return members;
}

}  // namespace catapult
