// TOML text to TOML tables.
// defines: parse_file, parse_setting
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <string>

#include "deck/option_list.hpp"
#include "deck/problems.hpp"

namespace catapult {

/// The tables of a deck's text; nothing where it is not valid TOML, which `problems` then tells,
/// with what the keys of `tables` would take.
std::optional<toml::table> parse_file(const std::string& text, const std::string& name,
                                      const std::vector<OptionTable>& tables, Problems& problems);

/// "train.momentum=0.9" as the table {train = {momentum = 0.9}}. The value of a key that holds text
/// is the text as it stands, or in TOML's quotes; of any other what is not TOML is text as well.
std::optional<toml::table> parse_setting(const std::string& setting, const Location& place,
                                         const std::vector<OptionTable>& tables,
                                         Problems& problems);

}  // namespace catapult
