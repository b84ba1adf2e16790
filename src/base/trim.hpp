// Text without what stands around it.
// defines: trimmed
#pragma once

#include <string>

namespace catapult {

/// `text` without the letters of `around` at its ends: blanks, if nothing else is said.
inline std::string trimmed(const std::string& text, const char* around = " \t\r\n") {
  const std::size_t begin = text.find_first_not_of(around);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(around) + 1 - begin);
}

}  // namespace catapult
