#include "deck/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/error.hpp"
#include "base/path_text.hpp"
#include "deck/meant.hpp"
#include "deck/nearest.hpp"
#include "deck/sweep.hpp"
#include "deck/text.hpp"

namespace catapult {
namespace {

/// What the deck says, in short, for a message.
std::string found_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return quoted(text->get());
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_floating_point()) return shortest(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  return node.is_table() ? "a table" : "a date or time";
}

/// Reads one node for one key; tells of every problem in it, or, without `problems`, of none.
class Decoder {
 public:
  Decoder(const Option& option, const Source& source, Problems* problems)
      : option_(option), source_(source), problems_(problems) {}

  std::optional<Index> read(const toml::node& node, const Index* type, const std::string& key) {
    const auto* number = node.as_integer();
    if (!number) return refuse(node, key, "an integer", type);
    if (!in_range(node, static_cast<double>(number->get()), key)) return std::nullopt;
    return number->get();
  }

  std::optional<double> read(const toml::node& node, const double* type, const std::string& key) {
    const auto number = node.is_number() ? node.value<double>() : std::nullopt;
    if (!number) return refuse(node, key, "a number", type);
    if (!in_range(node, *number, key)) return std::nullopt;
    return number;
  }

  std::optional<bool> read(const toml::node& node, const bool* type, const std::string& key) {
    const auto* truth = node.as_boolean();
    if (!truth) return refuse(node, key, "true or false", type);
    return truth->get();
  }

  std::optional<std::string> read(const toml::node& node, const std::string* type,
                                  const std::string& key) {
    const auto& choices = option_.range.choices;
    const auto* held = node.as_string();
    if (!held) return refuse(node, key, choices.empty() ? "text" : range_text(option_.range), type);
    const std::string& text = held->get();
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), control)) {
      tell(node,
           fmt::format("{} is {} (control characters have no place in it)", key, quoted(text)));
      return std::nullopt;
    }
    if (option_.range.path) return expand(node, text, key);
    if (choices.empty() || std::count(choices.begin(), choices.end(), text) > 0) return text;
    const std::string likely = nearest(text, choices);
    tell(node, fmt::format("{} is {} (must be {}){}", key, quoted(text), range_text(option_.range),
                           did_you_mean(likely.empty() ? "" : quoted(likely))));
    return std::nullopt;
  }

  template <class T>
  std::optional<std::vector<T>> read(const toml::node& node, const std::vector<T>* type,
                                     const std::string& key) {
    const auto* array = node.as_array();
    if (!array) return refuse(node, key, list_name(static_cast<const T*>(nullptr)), type);
    std::vector<T> values;
    bool good = true;
    for (std::size_t i = 0; i < array->size(); ++i) {
      const auto value =
          read((*array)[i], static_cast<const T*>(nullptr), fmt::format("{}[{}]", key, i));
      good = good && value;
      if (value) values.push_back(*value);
    }
    if (!good) return std::nullopt;
    return values;
  }

  std::optional<DecayStep> read(const toml::node& node, const DecayStep* type,
                                const std::string& key) {
    const auto* table = node.as_table();
    if (!table) return refuse(node, key, "a table", type);
    DecayStep step;
    const std::vector<Option> options = options_of(step, key + ".");
    std::vector<std::string> names;
    for (const Option& option : options) names.emplace_back(option.name);
    bool good = true;
    for (auto&& [name, value] : *table) {
      const auto known = std::find(names.begin(), names.end(), name.str());
      if (known == names.end()) {
        const std::string likely = nearest(std::string(name.str()), names);
        tell(source_.at(name.source()),
             fmt::format("unknown key {} (not an option of an element of {}){}",
                         quoted(std::string(name.str())), option_.key,
                         did_you_mean(likely.empty() ? "" : quoted(likely))));
        good = false;
        continue;
      }
      const Option& option = options[static_cast<std::size_t>(known - names.begin())];
      const auto decoded = Decoder(option, source_, problems_).decode(value);
      good = good && decoded;
      if (decoded) option.set(*decoded);
    }
    if (!good) return std::nullopt;
    return step;
  }

  std::optional<OptionValue> decode(const toml::node& node) {
    return std::visit(
        [&](const auto* held) -> std::optional<OptionValue> {
          auto value = read(node, held, option_.key);
          if (!value) return std::nullopt;
          return OptionValue(std::move(*value));
        },
        option_.place);
  }

  std::string proposal(const std::string& words) const {
    return std::visit([&](const auto* held) { return proposal(words, held, option_.key); },
                      option_.place);
  }

 private:
  static const char* list_name(const Index*) { return "a list of integers"; }
  static const char* list_name(const double*) { return "a list of numbers"; }
  static const char* list_name(const std::string*) { return "a list of texts"; }
  static const char* list_name(const DecayStep*) { return "a list of tables"; }

  bool in_range(const toml::node& node, double number, const std::string& key) {
    const Range& range = option_.range;
    const bool above_least = range.above ? number > range.least : number >= range.least;
    if (std::isfinite(number) && above_least && number <= range.most) return true;
    const std::string words = std::isfinite(number) ? range_text(range) : "finite";
    const std::string unit = *option_.unit ? fmt::format(", in {}", option_.unit) : "";
    tell(node, fmt::format("{} is {} (must be {}{})", key, found_text(node), words, unit));
    return false;
  }

  std::optional<std::string> expand(const toml::node& node, const std::string& path,
                                    const std::string& key) {
    try {
      return expanded_path(path);
    } catch (const UsageError& reason) {
      tell(node, fmt::format("{} is {} ({}); write it in full", key, quoted(path), reason.what()));
      return std::nullopt;
    }
  }

  /// What this key would take in the place of `words`.
  template <class T>
  std::string proposal(const std::string& words, const T* type, const std::string& key) const {
    std::string likely = meant(words, type);
    const auto& choices = option_.range.choices;
    if (std::is_same_v<T, std::string> && !choices.empty()) {
      likely = to_toml(nearest(likely.substr(1, likely.size() - 2), choices));
    }
    if (likely.empty()) return "";
    try {
      const toml::table trial = toml::parse("value = " + likely);
      return Decoder(option_, source_, nullptr).read(*trial.get("value"), type, key) ? likely : "";
    } catch (const toml::parse_error&) {
      return "";
    }
  }

  template <class T>
  std::nullopt_t refuse(const toml::node& node, const std::string& key, const std::string& expected,
                        const T* type) {
    if (!problems_) return std::nullopt;
    std::string better = proposal(words_of(node), type, key);
    if (better.empty() && node.is_array()) better = sweep(*node.as_array(), type, key);
    tell(node, fmt::format("{} is {} (must be {}){}{}", key, found_text(node), expected,
                           better.empty() ? "" : "; write ", better));
    return std::nullopt;
  }

  /// The sweep that a list of values of this key would make.
  template <class T>
  std::string sweep(const toml::array& values, const T* type, const std::string& key) const {
    Decoder trial(option_, source_, nullptr);
    bool good = key == option_.key && !values.empty() && may_be_swept(key);
    for (const toml::node& value : values) good = good && trial.read(value, type, key);
    return good ? fmt::format("study.sweep.\"{}\" = {}", key, words_of(values)) : "";
  }

  void tell(const toml::node& node, const std::string& problem) {
    tell(source_.at(node.source()), problem);
  }
  void tell(const Location& place, const std::string& problem) {
    if (problems_) problems_->add(place, problem);
  }

  const Option& option_;
  const Source& source_;
  Problems* problems_;
};

}  // namespace

std::optional<OptionValue> decode(const toml::node& node, const Option& option,
                                  const Source& source, Problems& problems) {
  return Decoder(option, source, &problems).decode(node);
}

std::string words_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  std::ostringstream words;
  node.visit([&](const auto& value) { words << value; });
  return words.str();
}

std::string proposal_for(const std::string& words, const Option& option) {
  return Decoder(option, Source{}, nullptr).proposal(words);
}

std::string axis_for(const std::string& words, const Option& option) {
  std::string list;
  for (const std::string& word : elements_in(words)) {
    const std::string element = proposal_for(word, option);
    if (element.empty()) return "";
    list += (list.empty() ? "" : ", ") + element;
  }
  return "[" + list + "]";
}

}  // namespace catapult
