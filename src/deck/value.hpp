// TOML values to values of keys.
// defines: decode, words_of, proposal_for, axis_for
#pragma once

#include <optional>
#include <string>

#include "deck/document.hpp"

namespace catapult {

/// `node` as a value of `option`; nothing where its type or range is wrong, which `problems` then
/// tells at the node's place in `source`.
std::optional<OptionValue> decode(const toml::node& node, const Option& option,
                                  const Source& source, Problems& problems);

/// A value as it would be typed; text without its quotes.
std::string words_of(const toml::node& node);

/// TOML that `option` takes and that `words`, which it does not take, probably mean; "" where
/// nothing is likely.
std::string proposal_for(const std::string& words, const Option& option);

/// The same of an axis of the sweep over `option`: "[3, 4]" for "3" or "3,4".
std::string axis_for(const std::string& words, const Option& option);

}  // namespace catapult
