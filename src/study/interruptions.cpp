#include "study/interruptions.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <regex>
#include <system_error>

#include "base/trim.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

using Seconds = Interruptions::Seconds;

constexpr Seconds look_interval{0.5};  // between looks into the run folder
// Of max_time, for what has not been seen yet: a share of it within bounds.
constexpr Seconds least_margin{1.0}, largest_margin{300.0};
constexpr double margin_share = 0.05;

bool there_is(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

void forget(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
}

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

const double program_start = seconds_of(CLOCK_MONOTONIC);

}  // namespace

Interruptions::Interruptions(const Communicator& world, std::vector<int> leaders, fs::path folder,
                             const Limits& limits)
    : folder_(std::move(folder)),
      max_time_(limits.max_time),
      notice_(world, std::move(leaders)),
      watchdog_(limits.watchdog),
      last_poll_(Clock::now()),
      last_look_(Clock::now() - std::chrono::hours(1)) {}

Request Interruptions::poll(const Communicator& group, Request also) {
  watchdog_.beat();
  const auto now = Clock::now();
  slowest_step_ = std::max(slowest_step_, Seconds(now - last_poll_));
  last_poll_ = now;
  Request mine = std::max({also, agreed_, SignalWatch::take()});
  if (group.is_root()) mine = std::max(mine, heard_by_leader());
  const auto all =
      group.size() == 1
          ? mine
          : static_cast<Request>(group.max(static_cast<double>(static_cast<int>(mine))));
  if (all >= Request::stop) agreed_ = all;
  wanted_ = wanted_ || all == Request::checkpoint;
  if (group.is_root() && agreed_ >= Request::stop && !told_) {
    notice_.tell(static_cast<int>(Request::stop));
    told_ = true;
  }
  return wanted_ ? std::max(all, Request::checkpoint) : all;
}

void Interruptions::wait() {
  watchdog_.beat();
  if (agreed_ >= Request::stop) return;
  const Request asked = SignalWatch::take();
  if (asked < Request::stop) return;
  agreed_ = asked;
  notice_.tell(static_cast<int>(Request::stop));
  told_ = true;
}

Request Interruptions::heard_by_leader() {
  Request strongest = std::max(static_cast<Request>(notice_.heard()), asked_by_files());
  if (time_is_up()) strongest = std::max(strongest, Request::stop);
  return strongest;
}

Request Interruptions::asked_by_files() {
  if (Clock::now() - last_look_ < look_interval) return Request::none;
  last_look_ = Clock::now();
  if (there_is(folder_ / "STOP")) return Request::stop;
  const bool seen = there_is(folder_ / "CHECKPOINT");
  if (!seen || checkpoint_file_) return Request::none;
  checkpoint_file_ = true;
  notice_.tell(static_cast<int>(Request::checkpoint));
  return Request::checkpoint;
}

bool Interruptions::time_is_up() const {
  if (max_time_.count() <= 0.0) return false;
  const Seconds margin =
      std::clamp<Seconds>(margin_share * max_time_, least_margin, largest_margin);
  return process_age() + 2.0 * slowest_step_ + 3.0 * slowest_checkpoint_ + margin >= max_time_;
}

void Interruptions::checkpoint_written(Seconds took, bool leads) {
  wanted_ = false;
  slowest_checkpoint_ = std::max(slowest_checkpoint_, took);
  last_poll_ = Clock::now();  // not part of a step
  if (!leads || !checkpoint_file_) return;
  forget(folder_ / "CHECKPOINT");
  checkpoint_file_ = false;
}

void Interruptions::acknowledge(const fs::path& folder) {
  forget(folder / "STOP");
  forget(folder / "CHECKPOINT");
}

Seconds parse_time_limit(const std::string& padded) {
  const std::string text = trimmed(padded);  // squeue fills its columns up
  if (text == "UNLIMITED" || text == "INVALID" || text == "NOT_SET") return Seconds(0.0);
  std::smatch part;
  const auto number = [&](std::size_t i) { return part[i].matched ? std::stod(part[i]) : 0.0; };
  static const std::regex with_days(
      "([0-9]{1,6})-([0-9]{1,6})(?::([0-9]{1,6})(?::([0-9]{1,6}))?)?");
  if (std::regex_match(text, part, with_days)) {
    return Seconds(((number(1) * 24.0 + number(2)) * 60.0 + number(3)) * 60.0 + number(4));
  }
  static const std::regex without("(?:(?:([0-9]{1,6}):)?([0-9]{1,6}):([0-9]{1,6}))|([0-9]{1,9})");
  if (std::regex_match(text, part, without)) {
    return part[4].matched ? Seconds(number(4) * 60.0)
                           : Seconds((number(1) * 60.0 + number(2)) * 60.0 + number(3));
  }
  throw UsageError(fmt::format(
      "--max-time is \"{}\" (expected minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS or "
      "UNLIMITED); give what squeue -o %L prints",
      padded));
}

Seconds process_age() { return Seconds(seconds_of(CLOCK_MONOTONIC) - program_start); }

}  // namespace catapult
