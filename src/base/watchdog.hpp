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
/// `limit` or for 10 times the longest time between two beats, whichever is longer. Time in which
/// the process itself was stopped (SIGSTOP, a suspended job, a sleeping machine) does not count.
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
  using Seconds = std::chrono::duration<double>;

  void watch();
  /// For how long the process has run: of a wait that took far longer than asked for, only what was
  /// asked for twice over.
  Seconds ran() const;

  Seconds limit_;
  Seconds nap_;  ///< from one look of the thread to the next
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  Clock::time_point looked_;  ///< the thread, last
  Seconds ran_{0.0};          ///< until then
  Seconds last_{0.0};         ///< beat, by ran()
  Seconds longest_{0.0};      ///< between two beats
  pthread_t watched_;
  std::thread thread_;
};

}  // namespace catapult
