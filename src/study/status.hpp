// What a run tells of itself in files, for those who look from outside while it goes on.
// defines: Status, MemberStatus, GroupStatus, utc, this_host, write_status, write_failure,
// read_status, group_file, write_group, forget_progress, read_groups, add
#pragma once

#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/unknown.hpp"
#include "study/phase.hpp"
#include "study/stopwatch.hpp"

namespace catapult {

/// status.json: of the whole, as it began or as it ended.
struct Status {
  std::string study = {};
  std::string state = {};    ///< starting | running | finished | stopped | failed
  Index members = 0;         ///< combinations, where boundaries are searched
  Index finished = 0;        ///< while it runs: before it began
  EndingCounts ended = {};   ///< likewise, of trainings
  std::string message = {};  ///< why it failed
  double elapsed = 0.0;      ///< seconds it took; 0 while it runs
  PartSeconds seconds{};     ///< likewise, of all groups together
  std::time_t started = 0, updated = 0;
  std::string host = {};
};

/// A member in training. NaN: not known.
struct MemberStatus {
  std::string name = {};   ///< "0003"; "": none is trained
  std::string swept = {};  ///< what distinguishes it
  Index step = 0;
  Index steps = 0;  ///< at most; 0: as many as it takes
  double loss = unknown;
  double lambda = unknown;  ///< as last measured
  double c = unknown;
  double steps_per_second = unknown;
};

/// progress/NNNN.json: of one group of ranks, since the run began.
struct GroupStatus {
  Index finished = 0;
  EndingCounts ended = {};
  MemberStatus member = {};
  std::time_t updated = 0;
};

/// What a run that goes on has done, with what its groups have.
void add(const std::vector<GroupStatus>& groups, Status& status);

/// "2026-11-27T08:15:00Z"
std::string utc(std::time_t time);
/// The name of this machine.
std::string this_host();

/// With time and host. Throws OutputError.
void write_status(const std::filesystem::path& run, const Status& status);
/// That the run, as far as it has come, has failed; nobody is left to be told where that fails.
void write_failure(const std::filesystem::path& run, const std::string& message);
/// Nothing where there is none, or nothing that can be read as one.
std::optional<Status> read_status(const std::filesystem::path& run);

/// That file.
std::filesystem::path group_file(const std::filesystem::path& run, int number);
/// With the time. Throws OutputError.
void write_group(const std::filesystem::path& file, const GroupStatus& status);
/// Removes the files of all groups: the status tells all.
void forget_progress(const std::filesystem::path& run);
/// Of all groups that have told anything.
std::vector<GroupStatus> read_groups(const std::filesystem::path& run);

}  // namespace catapult
