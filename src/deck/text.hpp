// Values and ranges of keys as text.
// defines: to_toml, shortest, range_text
#pragma once

#include <string>

#include "deck/option_list.hpp"

namespace catapult {

/// Canonical TOML, which reads back as the same value.
std::string to_toml(const OptionValue& value);

/// The shortest decimal that reads back as the same double, with a point or an exponent.
std::string shortest(double number);

/// "at least 0", "above 0", "0 to 1", "\"ntk\" or \"standard\""; "" where anything goes.
std::string range_text(const Range& range);

}  // namespace catapult
