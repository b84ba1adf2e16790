// The terminal that a person looks at.
// defines: TerminalSize, terminal_size
#pragma once

#include <cstddef>
#include <optional>

namespace catapult {

struct TerminalSize {
  std::size_t columns = 80, lines = 24;  ///< where it does not tell
};

/// Of the terminal behind a file descriptor; nothing where there is none.
std::optional<TerminalSize> terminal_size(int descriptor);

}  // namespace catapult
