// What reaches a running study from outside: signals, files in its folder, the end of its time.
// defines: Interruptions, parse_time_limit, process_age
#pragma once

#include <chrono>
#include <filesystem>

#include "base/notice.hpp"
#include "base/signals.hpp"
#include "base/watchdog.hpp"

namespace catapult {

/// One for the whole run, polled by each group of ranks between its steps. Sources: signals to any
/// rank (a SignalWatch takes them); files STOP and CHECKPOINT in the run folder; max_time; another
/// group that was told to stop.
class Interruptions {
 public:
  using Seconds = std::chrono::duration<double>;

  struct Limits {
    Seconds max_time{0.0};  ///< from the start of the program; 0: none
    Seconds watchdog{0.0};  ///< without a poll; 0: none
  };

  /// `leaders`: the ranks of `world` that lead a group. Collective over `world`.
  Interruptions(const Communicator& world, std::vector<int> leaders, std::filesystem::path folder,
                const Limits& limits);

  /// What all ranks of `group` shall do now; `also`: what this rank itself asks for. A stop stays.
  /// Called before every step. Collective over `group`.
  Request poll(const Communicator& group, Request also = Request::none);

  /// For a rank that waits for others without a member of its own: keeps the watchdog quiet and
  /// hands a signal to stop on to the groups. Not collective.
  void wait();

  /// What this group was last told: stop or stop_now once it has been.
  Request agreed() const { return agreed_; }
  /// A checkpoint took so long: max_time has to leave room for another.
  void checkpoint_written(Seconds took, bool leads);
  /// One failed: it is not asked for again until the next request.
  void checkpoint_failed() { wanted_ = false; }
  /// Removes STOP and CHECKPOINT from a run folder: by one rank, once all have stopped or ended.
  static void acknowledge(const std::filesystem::path& folder);

 private:
  using Clock = std::chrono::steady_clock;

  Request heard_by_leader();
  Request asked_by_files();
  bool time_is_up() const;

  std::filesystem::path folder_;
  Seconds max_time_;
  Notice notice_;
  Watchdog watchdog_;
  Request agreed_ = Request::none;
  bool told_ = false;
  bool wanted_ = false;           ///< a checkpoint was asked for and not yet written
  bool checkpoint_file_ = false;  ///< CHECKPOINT was seen, to be removed once written
  Clock::time_point last_poll_, last_look_;
  Seconds slowest_step_{0.0}, slowest_checkpoint_{0.0};
};

/// A time limit in any form that Slurm prints or takes: "90" (minutes), "MM:SS", "HH:MM:SS",
/// "D-HH", "D-HH:MM", "D-HH:MM:SS", blanks around it; 0 for "UNLIMITED". Throws UsageError.
std::chrono::duration<double> parse_time_limit(const std::string& text);

/// Since the process was started.
std::chrono::duration<double> process_age();

}  // namespace catapult
