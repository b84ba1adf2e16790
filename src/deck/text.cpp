#include "deck/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace catapult {
namespace {

std::string element_text(Index number) { return fmt::format("{}", number); }
std::string element_text(double number) { return shortest(number); }
std::string element_text(bool truth) { return truth ? "true" : "false"; }

std::string element_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string element_text(const DecayStep& step) {
  const std::string when = step.step >= 0 ? fmt::format("step = {}", step.step)
                                          : fmt::format("time = {}", shortest(step.time));
  return fmt::format("{{{}, learning_rate = {}}}", when, shortest(step.learning_rate));
}

template <class T>
std::string element_text(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + element_text(value);
  return "[" + text + "]";
}

std::string choices_text(const Range& range) {
  std::string text;
  for (std::size_t i = 0; i < range.choices.size(); ++i) {
    const bool last = i + 1 == range.choices.size();
    text += i == 0 ? "" : last ? " or " : ", ";
    text += "\"" + range.choices[i] + "\"";
  }
  return text;
}

}  // namespace

std::string to_toml(const OptionValue& value) {
  return std::visit([](const auto& held) { return element_text(held); }, value);
}

std::string shortest(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::string range_text(const Range& range) {
  if (!range.choices.empty()) return choices_text(range);
  if (range.path) return "a path; ~ and $NAME are expanded";
  const bool bounded_below = std::isfinite(range.least), bounded_above = std::isfinite(range.most);
  if (bounded_below && bounded_above) {
    return fmt::format("{}{} to {}", range.above ? "above " : "", range.least, range.most);
  }
  if (bounded_below) return fmt::format("{} {}", range.above ? "above" : "at least", range.least);
  if (bounded_above) return fmt::format("at most {}", range.most);
  return "";
}

}  // namespace catapult
