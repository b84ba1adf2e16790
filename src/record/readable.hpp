// Numbers, times and tables as people read them.
// defines: with_dash, brief, duration, counted, Rows, aligned
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// A number in a format of fmt; NaN, where nothing was measured, is "-".
std::string with_dash(const char* format, double number);

/// The same with four digits, "0.01234".
std::string brief(double number);

/// "3.4 ms", "12.3 s", "5.25 min", "3.2 h"
std::string duration(double seconds);

/// "1 rank", "4 ranks"
std::string counted(Index count, const char* noun);

/// Cells as text; a row of one cell is a heading.
using Rows = std::vector<std::vector<std::string>>;

/// One line a row, columns as wide as their widest cell, two blanks between them: numbers to the
/// right, words to the left. A column whose cells below the first row are all empty or "-" is left
/// out. A heading is its cell, whatever its width.
std::vector<std::string> aligned(const Rows& rows);

}  // namespace catapult
