#include "deck/value.hpp"

#include <algorithm>
#include <cmath>

#include "deck/nearest.hpp"
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

/// Reads one node for one key; tells of every problem in it.
class Decoder {
 public:
  Decoder(const Option& option, const Source& source, Problems& problems)
      : option_(option), source_(source), problems_(problems) {}

  std::optional<Index> read(const toml::node& node, const Index*, const std::string& key) {
    const auto* number = node.as_integer();
    if (!number) {
      const auto* real = node.as_floating_point();
      const bool whole =
          real && std::abs(real->get()) < 1e15 && real->get() == std::rint(real->get());
      refuse(node, key, "an integer",
             whole ? fmt::format("write {:.0f}", real->get()) : unquote(node));
      return std::nullopt;
    }
    if (!in_range(node, static_cast<double>(number->get()), key)) return std::nullopt;
    return number->get();
  }

  std::optional<double> read(const toml::node& node, const double*, const std::string& key) {
    const auto number = node.is_number() ? node.value<double>() : std::nullopt;
    if (!number) {
      refuse(node, key, "a number", unquote(node));
      return std::nullopt;
    }
    if (!in_range(node, *number, key)) return std::nullopt;
    return number;
  }

  std::optional<bool> read(const toml::node& node, const bool*, const std::string& key) {
    const auto* truth = node.as_boolean();
    if (!truth) {
      const bool in_words = found_text(node) == "\"true\"" || found_text(node) == "\"false\"";
      refuse(node, key, "true or false", in_words ? "leave out the quotes" : "");
      return std::nullopt;
    }
    return truth->get();
  }

  std::optional<std::string> read(const toml::node& node, const std::string*,
                                  const std::string& key) {
    const auto* held = node.as_string();
    if (!held) {
      const bool scalar = node.is_number() || node.is_boolean();
      refuse(node, key, "text", scalar ? fmt::format("write \"{}\"", found_text(node)) : "");
      return std::nullopt;
    }
    const std::string& text = held->get();
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), control)) {
      tell(node,
           fmt::format("{} is {} (control characters have no place in it)", key, quoted(text)));
      return std::nullopt;
    }
    const auto& choices = option_.range.choices;
    if (choices.empty() || std::count(choices.begin(), choices.end(), text) > 0) return text;
    const std::string likely = nearest(text, choices);
    tell(node, fmt::format("{} is {} (must be {}){}", key, quoted(text), range_text(option_.range),
                           likely.empty() ? "" : "; did you mean \"" + likely + "\"?"));
    return std::nullopt;
  }

  template <class T>
  std::optional<std::vector<T>> read(const toml::node& node, const std::vector<T>*,
                                     const std::string& key) {
    const auto* array = node.as_array();
    if (!array) {
      const bool scalar = node.is_number() || node.is_string();
      refuse(node, key, list_name(static_cast<const T*>(nullptr)),
             scalar ? fmt::format("write [{}]", found_text(node)) : "");
      return std::nullopt;
    }
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

  std::optional<DecayStep> read(const toml::node& node, const DecayStep*, const std::string& key) {
    const auto* table = node.as_table();
    if (!table) {
      refuse(node, key, "a table", "write {time = 475.0, learning_rate = 0.01}");
      return std::nullopt;
    }
    DecayStep step;
    const std::vector<Option> options = options_of(step, key + ".");
    std::vector<std::string> names;
    for (const Option& option : options) names.emplace_back(option.name);
    bool good = true;
    for (auto&& [name, value] : *table) {
      const auto known = std::find(names.begin(), names.end(), name.str());
      if (known == names.end()) {
        const std::string likely = nearest(std::string(name.str()), names);
        problems_.add(source_.at(name.source()),
                      fmt::format("unknown key {} (not an option of an element of {}){}",
                                  quoted(std::string(name.str())), option_.key,
                                  likely.empty() ? "" : "; did you mean \"" + likely + "\"?"));
        good = false;
        continue;
      }
      const Option& option = options[static_cast<std::size_t>(known - names.begin())];
      const auto decoded = decode(value, option, source_, problems_);
      good = good && decoded;
      if (decoded) option.set(*decoded);
    }
    if (!good) return std::nullopt;
    return step;
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

  /// "write 512" where the text is a number in quotes.
  static std::string unquote(const toml::node& node) {
    const auto* text = node.as_string();
    if (!text || text->get().empty()) return "";
    const bool digits = text->get().find_first_not_of("0123456789.eE+-") == std::string::npos;
    return digits ? fmt::format("write {}", text->get()) : "";
  }

  void refuse(const toml::node& node, const std::string& key, const char* expected,
              const std::string& advice) {
    tell(node, fmt::format("{} is {} (must be {}){}{}", key, found_text(node), expected,
                           advice.empty() ? "" : "; ", advice));
  }

  void tell(const toml::node& node, const std::string& problem) {
    problems_.add(source_.at(node.source()), problem);
  }

  const Option& option_;
  const Source& source_;
  Problems& problems_;
};

}  // namespace

std::optional<OptionValue> decode(const toml::node& node, const Option& option,
                                  const Source& source, Problems& problems) {
  Decoder decoder(option, source, problems);
  return std::visit(
      [&](auto* held) -> std::optional<OptionValue> {
        auto value = decoder.read(node, static_cast<const std::decay_t<decltype(*held)>*>(nullptr),
                                  option.key);
        if (!value) return std::nullopt;
        return OptionValue(std::move(*value));
      },
      option.place);
}

}  // namespace catapult
