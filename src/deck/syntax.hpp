// TOML text to TOML tables.
// defines: parse_file, parse_setting
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>

#include "deck/problems.hpp"

namespace catapult {

/// The tables of a deck's text; nothing where it is not valid TOML, which `problems` then tells.
std::optional<toml::table> parse_file(const std::string& text, const std::string& name,
                                      Problems& problems);

/// "train.momentum=0.9" as the table {train = {momentum = 0.9}}. A value that is not TOML is text.
std::optional<toml::table> parse_setting(const std::string& setting, const Location& place,
                                         Problems& problems);

}  // namespace catapult
