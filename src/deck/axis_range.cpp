#include "deck/axis_range.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

#include "deck/text.hpp"
#include "deck/value.hpp"

namespace catapult {
namespace {

/// Reads one table; every problem is told at its place.
class RangeReader {
 public:
  RangeReader(const Entry& entry, const Option& option, Problems& problems)
      : entry_(entry),
        option_(option),
        problems_(problems),
        table_(*entry.value->as_table()),
        integers_(std::holds_alternative<Index*>(option.place)) {}

  std::optional<SweepAxis> read() {
    if (!integers_ && !std::holds_alternative<double*>(option_.place)) {
      return refuse("is a range (its values are no numbers)", "list them");
    }
    for (auto&& [key, node] : table_) {
      const std::string_view name = key.str();
      if (name == "from" || name == "to" || name == "count" || name == "spacing") continue;
      problems_.add(entry_.source->at(key.source()),
                    fmt::format("unknown key {} (a range has from, to, count and spacing)",
                                quoted(std::string(name))));
      return std::nullopt;
    }
    const bool to_is_needed = !integers_ || table_.contains("spacing");
    for (const char* name : {"from", "count", "to"}) {
      const bool needed = name != std::string_view("to") || to_is_needed;
      if (needed && !table_.contains(name)) {
        return refuse(fmt::format("has no {} (a range is given by its ends)", name),
                      "write { from = A, to = B, count = N }, or list the values");
      }
    }
    const auto from = end("from"), to = table_.contains("to") ? end("to") : from;
    if (!from || !to || !read_count() || !read_spacing(number(*from), number(*to))) {
      return std::nullopt;
    }
    if (!table_.contains("to") && std::get<Index>(*from) > most_integer - count_) {
      return refuse("goes beyond the largest integer (it counts up from its first value)",
                    "start lower");
    }
    return axis(*from, *to);
  }

 private:
  std::nullopt_t refuse(const std::string& problem, const std::string& advice) {
    problems_.add(entry_.place(), fmt::format("sweep of {} {}; {}", entry_.key, problem, advice));
    return std::nullopt;
  }

  static constexpr Index most_integer = std::numeric_limits<Index>::max();

  static double number(const OptionValue& value) {
    const auto* integer = std::get_if<Index>(&value);
    return integer ? static_cast<double>(*integer) : std::get<double>(value);
  }

  /// A value of the key, which its range allows; so are those between two of them.
  std::optional<OptionValue> end(const char* name) {
    return decode(*table_.get(name), option_, *entry_.source, problems_);
  }

  bool read_count() {
    const auto* count = table_.get("count")->as_integer();
    const bool known = count && count->get() >= 1 && count->get() <= most_trajectories;
    if (!known) {
      refuse(fmt::format("has a count that is no number of values (1 to {})", most_trajectories),
             "write count = 100");
      return false;
    }
    count_ = count->get();
    return true;
  }

  bool read_spacing(double from, double to) {
    const toml::node* node = table_.get("spacing");
    if (!node) return true;
    const auto* text = node->as_string();
    logarithmic_ = text && text->get() == "log";
    if (!logarithmic_ && !(text && text->get() == "linear")) {
      refuse("has a spacing that is neither \"linear\" nor \"log\" (equal distances or ratios)",
             "leave it out, or write \"log\"");
      return false;
    }
    if (!logarithmic_ || (from > 0.0 && to > 0.0)) return true;
    refuse("has spacing \"log\" and an end that is not above 0 (there are no ratios)",
           "raise it, or leave spacing out");
    return false;
  }

  OptionValue at(Index i, const OptionValue& from, const OptionValue& to) const {
    if (i == 0) return from;
    if (!table_.contains("to")) return std::get<Index>(from) + i;
    if (i == count_ - 1) return to;
    const double share = static_cast<double>(i) / static_cast<double>(count_ - 1);
    const double a = number(from), b = number(to);
    const double value = logarithmic_ ? a * std::pow(b / a, share) : a + (b - a) * share;
    return integers_ ? OptionValue(static_cast<Index>(std::llround(value))) : OptionValue(value);
  }

  std::optional<SweepAxis> axis(const OptionValue& from, const OptionValue& to) {
    SweepAxis axis{entry_.key, {}, text(from, to)};
    axis.values.reserve(static_cast<std::size_t>(count_));
    for (Index i = 0; i < count_; ++i) {
      axis.values.push_back(at(i, from, to));
      if (i == 0 || axis.values[axis.values.size() - 2] != axis.values.back()) continue;
      return refuse(fmt::format("has {} twice (there are fewer values between its ends)",
                                to_toml(axis.values.back())),
                    "lower the count");
    }
    return axis;
  }

  std::string text(const OptionValue& from, const OptionValue& to) const {
    std::string text = fmt::format("{{ from = {}", to_toml(from));
    if (table_.contains("to")) text += fmt::format(", to = {}", to_toml(to));
    text += fmt::format(", count = {}", count_);
    if (logarithmic_) text += ", spacing = \"log\"";
    return text + " }";
  }

  const Entry& entry_;
  const Option& option_;
  Problems& problems_;
  const toml::table& table_;
  bool integers_;
  bool logarithmic_ = false;
  Index count_ = 0;
};

}  // namespace

std::optional<SweepAxis> read_range(const Entry& entry, const Option& option, Problems& problems) {
  return RangeReader(entry, option, problems).read();
}

}  // namespace catapult
