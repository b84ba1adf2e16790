#include "deck/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace catapult {
namespace {

/// A deck is a few kilobytes. Beyond these sizes the parser's recursion is not safe, and the file
/// is no deck.
constexpr std::size_t most_bytes = 1 << 20;
constexpr Index most_dots_in_line = 2000;

struct Refusal {
  Index line, column;
  std::string problem;
};

/// The line whose dotted key would nest too deep for the parser, if any.
std::optional<Refusal> find_deep_line(const std::string& text) {
  Index line = 1, dots = 0;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      dots = 0;
    } else if (c == '.' && ++dots > most_dots_in_line) {
      return Refusal{line, 1,
                     fmt::format("line with more than {} dots (keys of a deck have one or two); "
                                 "break a long list into several lines",
                                 most_dots_in_line)};
    }
  }
  return std::nullopt;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The parser's words in the grammar of our messages.
std::string explain(std::string words) {
  if (contains(words, "utf-8")) {
    return "not UTF-8 text (a byte sequence that no character has); save it in this encoding";
  }
  for (const std::string& noise :
       {std::string("Error "), std::string(" (TOML_MAX_NESTED_VALUES)")}) {
    const auto found = words.find(noise);
    if (found != std::string::npos) words.erase(found, noise.size());
  }
  for (std::string line_end : {"\n", "\r"}) {
    for (auto at = words.find(line_end); at != std::string::npos; at = words.find(line_end)) {
      words.replace(at, 1, "end of line");
    }
  }
  std::string advice;
  const bool bare_word = contains(words, "parsing boolean") || contains(words, "expected 'nan'") ||
                         contains(words, "expected 'inf'") ||
                         contains(words, "could not determine value type");
  if (bare_word) advice = "; text stands in double quotes";
  if (contains(words, "redefine existing table")) advice = "; write each table once";
  if (contains(words, "redefine existing") && advice.empty()) advice = "; write each key once";
  return fmt::format("not valid TOML ({}){}", words, advice);
}

/// The table, or why there is none.
std::optional<toml::table> parse(const std::string& text, Refusal& refusal) {
  if (const auto deep = find_deep_line(text)) {
    refusal = *deep;
    return std::nullopt;
  }
  try {
    return toml::parse(std::string_view(text));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    refusal = {static_cast<Index>(at.line), static_cast<Index>(at.column),
               explain(std::string(error.description()))};
    return std::nullopt;
  }
}

/// Where the key of "key=value" ends; npos where there is no value.
std::size_t find_equals(const std::string& setting) {
  char quote = 0;
  for (std::size_t i = 0; i < setting.size(); ++i) {
    const char c = setting[i];
    if (quote == 0 && c == '=') return i;
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return std::string::npos;
}

/// {value = ...}; a value that is no TOML is taken as text.
std::optional<toml::table> parse_value(const std::string& value, Refusal& refusal) {
  auto parsed = parse("value = " + value, refusal);
  if (parsed && parsed->size() == 1) return parsed;
  std::string text = "value = \"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      text += fmt::format("\\u{:04X}", byte);
    } else {
      text += c;
    }
  }
  return parse(text + "\"", refusal);
}

}  // namespace

std::optional<toml::table> parse_file(const std::string& text, const std::string& name,
                                      Problems& problems) {
  if (text.size() > most_bytes) {
    problems.add({.text = name}, fmt::format("more than {} bytes (a deck has a few thousand); is "
                                             "this the file you meant?",
                                             most_bytes));
    return std::nullopt;
  }
  Refusal refusal;
  auto table = parse(text, refusal);
  if (!table) {
    const auto& [line, column, problem] = refusal;
    problems.add(
        {.text = fmt::format("{}:{}:{}", name, line, column), .line = line, .column = column},
        problem);
  }
  return table;
}

std::optional<toml::table> parse_setting(const std::string& setting, const Location& place,
                                         Problems& problems) {
  const std::size_t equals = find_equals(setting);
  if (equals == std::string::npos) {
    problems.add(place, "no value (there is no \"=\"); write key=value, as in model.width=512");
    return std::nullopt;
  }
  Refusal refusal;
  auto nest = parse(setting.substr(0, equals) + " = 0", refusal);
  if (!nest) {
    problems.add(place,
                 "not a key before the \"=\" (keys are like model.width, or "
                 "study.sweep.\"model.width\" for an axis of the sweep)");
    return std::nullopt;
  }
  auto value = parse_value(setting.substr(equals + 1), refusal);
  if (!value) {
    problems.add(place, refusal.problem);
    return std::nullopt;
  }
  toml::table* innermost = &*nest;
  while (innermost->begin()->second.is_table()) {
    innermost = innermost->begin()->second.as_table();
  }
  const std::string key(innermost->begin()->first.str());
  value->begin()->second.visit(
      [&](auto& node) { innermost->insert_or_assign(key, std::move(node)); });
  return nest;
}

}  // namespace catapult
