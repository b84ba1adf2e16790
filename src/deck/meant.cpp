#include "deck/meant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/trim.hpp"
#include "deck/text.hpp"

namespace catapult {
namespace {

/// What may stand around a text, and around a number or list.
constexpr const char* quotes = " \t\"'";
constexpr const char* brackets = " \t\"'[](){}";

/// The number that is meant, written as in any language.
std::optional<double> number_in(const std::string& words) {
  std::string text = trimmed(words, brackets);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  if (std::count(text.begin(), text.end(), ',') == 1) text[text.find(',')] = '.';
  const bool hexadecimal = text.find_first_of("xX") != std::string::npos;
  for (char& letter : text) {
    if (!hexadecimal && (letter == 'd' || letter == 'D')) letter = 'e';  // as Fortran writes it
  }
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0 || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

std::string meant(const std::string& words, const Index*) {
  constexpr double most = 1e15;  // a double holds every integer up to there
  const auto number = number_in(words);
  if (!number || std::abs(*number) > most || *number != std::rint(*number)) return "";
  return fmt::format("{}", static_cast<Index>(*number));
}

std::string meant(const std::string& words, const double*) {
  const auto number = number_in(words);
  return number ? shortest(*number) : "";
}

std::string meant(const std::string& words, const bool*) {
  std::string word = trimmed(words, brackets);
  for (char& letter : word) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  for (const char* yes : {"true", "yes", "on", "1"}) {
    if (word == yes) return "true";
  }
  for (const char* no : {"false", "no", "off", "0"}) {
    if (word == no) return "false";
  }
  return "";
}

std::string meant(const std::string& words, const std::string*) {
  return to_toml(trimmed(words, quotes));
}

std::string meant(const std::string&, const DecayStep*) {
  return "{time = 475.0, learning_rate = 0.01}";
}

std::vector<std::string> elements_in(const std::string& words) {
  std::vector<std::string> elements(1);
  for (const char letter : trimmed(words, brackets)) {
    const bool between = letter == ',' || letter == ';' || letter == ' ' || letter == '\t';
    if (!between) elements.back() += letter;
    if (between && !elements.back().empty()) elements.emplace_back();
  }
  return elements;
}

}  // namespace catapult
