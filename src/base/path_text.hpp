// Paths as people write them.
// defines: expanded_path
#pragma once

#include <string>

namespace catapult {

/// `text` with what a shell would put for a "~" at its start and for $NAME or ${NAME}; what comes
/// out stays the same where it is expanded again. Throws UsageError, whose message is the reason
/// alone, for variables without a value and for all else that a shell would put something for.
std::string expanded_path(const std::string& text);

}  // namespace catapult
