// TOML values to values of keys.
// defines: decode
#pragma once

#include <optional>
#include <string>

#include "deck/document.hpp"

namespace catapult {

/// `node` as a value of `option`; nothing where its type or range is wrong, which `problems` then
/// tells at the node's place in `source`.
std::optional<OptionValue> decode(const toml::node& node, const Option& option,
                                  const Source& source, Problems& problems);

}  // namespace catapult
