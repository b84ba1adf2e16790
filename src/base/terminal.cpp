#include "base/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace catapult {

std::optional<TerminalSize> terminal_size(int descriptor) {
  if (isatty(descriptor) != 1) return std::nullopt;
  winsize told{};
  TerminalSize size;
  if (ioctl(descriptor, TIOCGWINSZ, &told) != 0) return size;
  if (told.ws_col > 0) size.columns = told.ws_col;
  if (told.ws_row > 0) size.lines = told.ws_row;
  return size;
}

}  // namespace catapult
