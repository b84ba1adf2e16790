#include "study/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "base/terminal.hpp"

namespace catapult {
namespace {

using namespace std::chrono_literals;

constexpr auto terminal_interval = 100ms;
constexpr auto plain_interval = 30s;

}  // namespace

Progress::Progress(bool speaks, Log& log)
    : speaks_(speaks),
      terminal_(terminal_size(STDERR_FILENO).has_value()),
      log_(log),
      last_(Clock::now()) {}

Progress::~Progress() { clear(); }

bool Progress::due() const {
  return speaks_ && Clock::now() - last_ >= (terminal_ ? Clock::duration(terminal_interval)
                                                       : Clock::duration(plain_interval));
}

void Progress::show(const std::string& text) {
  if (!due()) return;
  last_ = Clock::now();
  if (!terminal_) return log_.info("{}", text);
  const std::size_t columns = terminal_size(STDERR_FILENO).value_or(TerminalSize{}).columns;
  std::fprintf(stderr, "\r\033[K%s", text.substr(0, columns - 1).c_str());
  std::fflush(stderr);
  line_open_ = true;
}

void Progress::clear() {
  if (!line_open_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  line_open_ = false;
}

}  // namespace catapult
