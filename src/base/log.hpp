// What a run tells its user: to the terminal (standard error) from rank 0, and to log.txt.
// defines: Log
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace catapult {

/// One for the whole run, made by main and handed down. Silent on all ranks but the one that is
/// told to speak; lines are flushed one by one, never with control characters.
class Log {
 public:
  /// `speaks`: this rank prints; others are silent.
  explicit Log(bool speaks);
  ~Log();
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;

  /// From now on every line is appended to this file as well, in one write each, so that several
  /// ranks may share it. Throws OutputError.
  void also_to(const std::filesystem::path& file);
  /// From now on this rank speaks too, to the terminal and to `file`.
  void speak(const std::filesystem::path& file);

  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) {
    if (speaks_) write_info(fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warn(fmt::format_string<Args...> text, Args&&... args) {
    if (speaks_) write_warning(fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) {
    if (speaks_) write_error(fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  void write_info(const std::string& line);
  void write_warning(const std::string& line);
  void write_error(const std::string& line);

  std::shared_ptr<spdlog::logger> logger_;
  bool speaks_;
};

}  // namespace catapult
