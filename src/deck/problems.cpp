#include "deck/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/error.hpp"

namespace catapult {

bool Location::operator<(const Location& other) const {
  const auto order = [](const Location& p) {
    return std::tuple(p.setting, p.line > 0 ? p.line : std::numeric_limits<Index>::max(), p.column);
  };
  return order(*this) < order(other);
}

void Problems::add(const Location& place, const std::string& problem) {
  lines_.push_back({place, problem});
}

bool Problems::trusts(const std::vector<std::string>& keys) const {
  return std::none_of(keys.begin(), keys.end(),
                      [&](const std::string& key) { return distrusted_.count(key) > 0; });
}

void Problems::throw_if_any() const {
  if (lines_.empty()) return;
  std::vector<Line> sorted = lines_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Line& a, const Line& b) { return a.place < b.place; });
  std::string message;
  for (const Line& line : sorted) {
    message += fmt::format("{}{}: {}", message.empty() ? "" : "\n", line.place.text, line.problem);
  }
  throw UsageError(message);
}

std::string one_line(const std::string& text) {
  constexpr std::size_t longest = 60;
  std::size_t end = std::min(text.size(), longest);
  const auto inside_character = [&] {
    return end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
  };
  while (end > 0 && inside_character()) --end;
  std::string out;
  for (std::size_t i = 0; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += text[i];
    }
  }
  return out + (end < text.size() ? "..." : "");
}

std::string quoted(const std::string& text) { return fmt::format("\"{}\"", one_line(text)); }

}  // namespace catapult
