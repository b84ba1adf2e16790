#include "record/readable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace catapult {
namespace {

/// What aligned() knows of a column.
struct Look {
  std::size_t width = 0;
  bool filled = false;  ///< below its name
  bool words = false;
};

bool is_heading(const std::vector<std::string>& row) { return row.size() == 1; }

bool begins_with_number(const std::string& cell) {
  char* end = nullptr;
  std::strtod(cell.c_str(), &end);
  return end != cell.c_str();
}

std::vector<Look> looks_of(const Rows& rows) {
  std::vector<Look> looks;
  for (const auto& row : rows) {
    if (is_heading(row)) continue;
    looks.resize(std::max(looks.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      Look& look = looks[i];
      look.width = std::max(look.width, row[i].size());
      if (&row == &rows.front() || row[i].empty() || row[i] == "-") continue;
      look.filled = true;
      look.words = look.words || !begins_with_number(row[i]);
    }
  }
  return looks;
}

}  // namespace

std::string with_dash(const char* format, double number) {
  return std::isnan(number) ? "-" : fmt::format(fmt::runtime(format), number);
}

std::string brief(double number) { return with_dash("{:.4g}", number); }

std::string duration(double seconds) {
  if (seconds >= 7200.0) return fmt::format("{:.1f} h", seconds / 3600.0);
  if (seconds >= 120.0) return fmt::format("{:.3g} min", seconds / 60.0);
  return seconds >= 0.9995 ? fmt::format("{:.3g} s", seconds)
                           : fmt::format("{:.3g} ms", 1e3 * seconds);
}

std::string counted(Index count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::vector<std::string> aligned(const Rows& rows) {
  const std::vector<Look> looks = looks_of(rows);
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string& line = lines.emplace_back(is_heading(row) ? row.front() : "");
    if (is_heading(row)) continue;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!looks[i].filled) continue;
      if (!line.empty()) line += "  ";
      line += looks[i].words ? fmt::format("{:<{}}", row[i], looks[i].width)
                             : fmt::format("{:>{}}", row[i], looks[i].width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
  }
  return lines;
}

}  // namespace catapult
