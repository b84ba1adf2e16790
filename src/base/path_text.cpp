#include "base/path_text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"

namespace catapult {
namespace {

std::string value_of(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == 0) {
    throw UsageError(fmt::format("the environment has no {}", variable));
  }
  const std::string text = value;
  if (text[0] != '~' && text.find('$') == std::string::npos) return text;
  throw UsageError(
      fmt::format("{} is \"{}\", which stands for something else again", variable, text));
}

/// Behind the name of a variable that begins at `at`; `at` itself where none does.
std::size_t end_of_name(const std::string& text, std::size_t at) {
  const auto in_name = [&](std::size_t i) {
    const auto letter = static_cast<unsigned char>(text[i]);
    return letter == '_' || (i > at ? std::isalnum(letter) : std::isalpha(letter)) != 0;
  };
  std::size_t end = at;
  while (end < text.size() && in_name(end)) ++end;
  return end;
}

}  // namespace

std::string expanded_path(const std::string& text) {
  std::string result;
  std::size_t at = 0;
  if (text.rfind('~', 0) == 0) {
    if (text.size() > 1 && text[1] != '/') throw UsageError("it is the folder of another user");
    result = value_of("HOME");
    at = 1;
  }
  while (at < text.size()) {
    if (text[at] != '$') {
      result += text[at++];
      continue;
    }
    const bool braces = text.compare(at + 1, 1, "{") == 0;
    const std::size_t name = at + (braces ? 2 : 1), end = end_of_name(text, name);
    const bool stands_alone = end == name && (end == text.size() || !std::strchr("{($", text[end]));
    if (stands_alone && !braces) {
      result += text[at++];
      continue;
    }
    if (end == name || (braces && text.compare(end, 1, "}") != 0)) {
      throw UsageError("behind a $ only NAME and {NAME} have a meaning");
    }
    result += value_of(text.substr(name, end - name));
    at = end + (braces ? 1 : 0);
  }
  return result;
}

}  // namespace catapult
