// What a user sees while a study runs.
// defines: Progress
#pragma once

#include <chrono>
#include <string>

#include "base/log.hpp"

namespace catapult {

/// One line that renews itself on a terminal; elsewhere a plain line every half minute. Only the
/// rank that speaks shows anything.
class Progress {
 public:
  /// `log` takes the plain lines.
  Progress(bool speaks, Log& log);
  ~Progress();

  /// How far the study is; `text` says it in words.
  void show(const std::string& text);
  /// Ends the line on a terminal, before something else is printed.
  void clear();
  /// Whether show() would print now: composing the text may be left out otherwise.
  bool due() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool speaks_;
  bool terminal_;
  bool line_open_ = false;
  Log& log_;
  Clock::time_point last_;
};

}  // namespace catapult
