// What takes the time of a study.
// defines: TimePart, time_part_names, PartSeconds, Stopwatch, Timed
#pragma once

#include <array>
#include <chrono>
#include <utility>

namespace catapult {

enum class TimePart {
  start,       ///< libraries, data, weights, checkpoints read
  steps,       ///< training itself
  kernel,      ///< lambda and all that is measured with it
  evaluation,  ///< loss and accuracy of the test samples
  twins,
  output,  ///< files
  waiting  ///< for other groups
};
inline constexpr std::array time_part_names = {"start", "steps",  "kernel", "evaluation",
                                               "twins", "output", "waiting"};

/// Of each part.
using PartSeconds = std::array<double, time_part_names.size()>;

/// The time of a group of ranks, at each moment of one part. A device works on while the host goes
/// ahead: what is not awaited in its own part falls to the next that needs a result. All parts but
/// twins end with one; a step's is its loss.
class Stopwatch {
 public:
  /// `before`: seconds that have gone by, of the start.
  explicit Stopwatch(double before) { seconds_[0] = before; }

  /// From now on time is of `part`. Returns the part that it was of.
  TimePart turn_to(TimePart part) {
    const auto now = Clock::now();
    seconds_[static_cast<std::size_t>(part_)] +=
        std::chrono::duration<double>(now - since_).count();
    since_ = now;
    return std::exchange(part_, part);
  }

  /// Up to the last turn.
  const PartSeconds& seconds() const { return seconds_; }

 private:
  using Clock = std::chrono::steady_clock;

  TimePart part_ = TimePart::start;
  Clock::time_point since_ = Clock::now();
  PartSeconds seconds_{};
};

/// From construction to destruction time is of `part`, then again of what it was before.
class [[nodiscard]] Timed {
 public:
  Timed(Stopwatch& stopwatch, TimePart part)
      : stopwatch_(stopwatch), before_(stopwatch.turn_to(part)) {}
  ~Timed() { stopwatch_.turn_to(before_); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  Stopwatch& stopwatch_;
  TimePart before_;
};

}  // namespace catapult
