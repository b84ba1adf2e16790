#include "deck/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/trim.hpp"
#include "deck/value.hpp"

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
  if (contains(words, "redefine existing")) advice = "; write each key once";
  if (contains(words, "redefine existing table")) advice = "; write each table once";
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

/// "; write 0.5" for a line "momentum = .5" below [train]; "" where nothing comes to mind.
std::string advice_for(Index line, const std::string& text,
                       const std::vector<OptionTable>& tables) {
  std::istringstream lines(text);
  std::string one, table;
  for (Index i = 0; i < line && std::getline(lines, one); ++i) {
    one = trimmed(one);
    if (i + 1 < line && !one.empty() && one.front() == '[') {
      table = trimmed(one.substr(1, one.find(']') - 1)) + ".";
    }
  }
  const std::size_t equals = one.find('=');
  if (equals == std::string::npos) return "";
  std::string key = table + trimmed(one.substr(0, equals));
  const std::string brief = "study.short.", sweep = "study.sweep.";
  if (key.rfind(brief, 0) == 0) key = key.substr(brief.size());
  const bool axis = key.rfind(sweep, 0) == 0;
  key = trimmed(axis ? key.substr(sweep.size()) : key, "\"'");
  const Option* option = find_option(tables, key);
  if (option == nullptr) return "";
  const std::string words = trimmed(one.substr(equals + 1, one.find('#', equals) - equals - 1));
  Refusal unused;
  if (parse("value = " + words, unused)) return "";  // the fault is elsewhere
  const std::string value = axis ? axis_for(words, *option) : proposal_for(words, *option);
  return value.empty() ? "" : "; write " + value;
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

/// {value = TEXT}
std::optional<toml::table> text_value(const std::string& value, Refusal& refusal) {
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

/// {value = ...}
std::optional<toml::table> parse_value(const std::string& value, bool holds_text,
                                       Refusal& refusal) {
  auto parsed = parse("value = " + value, refusal);
  const bool whole = parsed && parsed->size() == 1;
  if (!holds_text) return whole ? parsed : text_value(value, refusal);
  const std::string text = trimmed(value);
  const bool quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
  if (!quoted) return text_value(text, refusal);
  if (whole) return parsed;
  if (parsed) refusal.problem = "more than one text; quote all of it, or nothing";
  return std::nullopt;
}

/// The only key that a table and its tables hold.
std::string only_key(const toml::table& nest) {
  const auto only = nest.begin();
  const std::string name(only->first.str());
  return only->second.is_table() ? name + "." + only_key(*only->second.as_table()) : name;
}

}  // namespace

std::optional<toml::table> parse_file(const std::string& text, const std::string& name,
                                      const std::vector<OptionTable>& tables, Problems& problems) {
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
        problem + advice_for(line, text, tables));
  }
  return table;
}

std::optional<toml::table> parse_setting(const std::string& setting, const Location& place,
                                         const std::vector<OptionTable>& tables,
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
  const Option* option = find_option(tables, only_key(*nest));
  const bool holds_text = option && std::holds_alternative<std::string*>(option->place);
  auto value = parse_value(setting.substr(equals + 1), holds_text, refusal);
  if (!value) {
    const std::string better = option ? proposal_for(setting.substr(equals + 1), *option) : "";
    problems.add(place, refusal.problem + (better.empty() ? "" : "; write " + better));
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
