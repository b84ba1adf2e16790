#include "commands/watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <limits>
#include <thread>

#include "base/signals.hpp"
#include "base/standard_streams.hpp"
#include "base/terminal.hpp"
#include "study/run_view.hpp"

namespace catapult {
namespace {

constexpr std::chrono::milliseconds nap{100};  // until a signal is seen
constexpr int naps = 20;                       // from one look to the next
constexpr std::size_t lines_beside = 5;        // of the members' lines on a terminal

bool is_told_to_stop() { return SignalWatch::take() >= Request::stop; }

/// Over the `before` lines that were shown last; returns how many there are now.
std::size_t renew(const RunView& view, const TerminalSize& terminal, std::size_t before) {
  const std::size_t room = terminal.lines > lines_beside ? terminal.lines - lines_beside : 1;
  const std::vector<std::string> lines = view_lines(view, room);
  std::string text = before > 0 ? fmt::format("\r\033[{}A\033[J", before) : "";
  for (const std::string& line : lines) text += line.substr(0, terminal.columns - 1) + "\n";
  print_text(text);
  return lines.size();
}

void print_once(const RunView& view) {
  std::string text;
  for (const std::string& line : view_lines(view, std::numeric_limits<std::size_t>::max() - 1)) {
    text += line + "\n";
  }
  print_text(text);
}

}  // namespace

void watch_run(const WatchRequest& request) {
  auto terminal = terminal_size(STDOUT_FILENO);
  if (request.once || !terminal) return print_once(look_at(request.run));
  const SignalWatch signals;
  for (std::size_t shown = 0; terminal && !is_told_to_stop();
       terminal = terminal_size(STDOUT_FILENO)) {
    const RunView view = look_at(request.run);
    shown = renew(view, *terminal, shown);
    if (!view.runs) return;
    for (int i = 0; i < naps && !is_told_to_stop(); ++i) std::this_thread::sleep_for(nap);
  }
}

}  // namespace catapult
