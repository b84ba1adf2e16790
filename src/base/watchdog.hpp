// Ends a job that no longer gets on, and leaves behind where it stood.
// defines: report_crashes_to, Watchdog
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace catapult {

/// From now on a process that ends by SEGV, BUS, FPE or ABRT writes its stack to `file` first.
void report_crashes_to(const std::filesystem::path& file);

/// A thread that aborts the process (SIGABRT, so with a stack) where beat() has not been called for
/// `limit` or for 10 times the longest time between two beats, whichever is longer.
class Watchdog {
 public:
  /// limit 0: no watchdog.
  explicit Watchdog(std::chrono::duration<double> limit);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void beat();

 private:
  using Clock = std::chrono::steady_clock;

  void watch();

  std::chrono::duration<double> limit_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  Clock::time_point last_;
  std::chrono::duration<double> longest_{0.0};
  pthread_t watched_;
  std::thread thread_;
};

}  // namespace catapult
