// What a group of ranks tells while it trains, for `catapult watch`.
// defines: GroupReport
#pragma once

#include <chrono>
#include <filesystem>

#include "study/status.hpp"

namespace catapult {

/// A small file that is replaced about every two seconds, so that a study of thousands of small
/// members pays nothing for it. Where it cannot be written nothing is told: what the run depends on
/// fails by itself.
class GroupReport {
 public:
  /// `leads`: this rank writes, to `file`.
  GroupReport(bool leads, std::filesystem::path file);

  /// Whether show() would write now: what it takes need not be gathered otherwise.
  bool due() const { return leads_ && Clock::now() - last_ >= interval; }
  /// How far a member is.
  void show(const MemberStatus& member);
  /// It begins: told at once where the one before it was.
  void begin(const MemberStatus& member);

  /// A training has ended, by the word of ending().
  void count(const std::string& how) { ++status_.ended[how]; }
  /// So many more members, or searches of boundaries, are finished.
  void finish(Index members) { status_.finished += members; }
  /// Nothing more is trained here.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds interval{2};

  void write();

  bool leads_;
  bool written_ = false;
  bool told_of_it_ = false;  ///< how far the member is
  std::filesystem::path file_;
  GroupStatus status_;
  Clock::time_point last_ = Clock::now() - interval;
};

}  // namespace catapult
