#include "study/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace catapult {
namespace {

using namespace std::chrono_literals;

constexpr auto terminal_interval = 100ms;
constexpr auto plain_interval = 30s;

std::size_t terminal_width() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(bool speaks, Log& log)
    : speaks_(speaks), terminal_(isatty(STDERR_FILENO) == 1), log_(log), last_(Clock::now()) {}

Progress::~Progress() { clear(); }

bool Progress::due() const {
  return speaks_ && Clock::now() - last_ >= (terminal_ ? Clock::duration(terminal_interval)
                                                       : Clock::duration(plain_interval));
}

void Progress::show(const std::string& text) {
  if (!due()) return;
  last_ = Clock::now();
  if (!terminal_) return log_.info("{}", text);
  std::fprintf(stderr, "\r\033[K%s", text.substr(0, terminal_width() - 1).c_str());
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
