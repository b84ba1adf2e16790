// A study from its deck to its summary.
// defines: RunRequest, run_study
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "base/log.hpp"

namespace catapult {

struct RunRequest {
  std::string deck;                    ///< path, or
  std::string checkpoint;              ///< of a run: all members of the deck start from there;
                                       ///< without a deck its own member goes on, by itself
  std::vector<std::string> settings;   ///< "key=value", over the deck's
  bool short_version = false;          ///< of the deck
  std::string command_line;            ///< as typed, for the provenance
  std::string max_time = "UNLIMITED";  ///< of the whole run, as parse_time_limit reads it
  bool anew = false;                   ///< removes what the run folder holds of an earlier run
};

/// Runs all members of the study that its run folder does not hold yet. Returns the exit code: a
/// member's failure (told in the log) does not keep the others from running. Throws what concerns
/// the study as a whole: UsageError, DataError, BusyError, OutputError. Collective over `world`.
ExitCode run_study(const RunRequest& request, const Communicator& world, Log& log);

}  // namespace catapult
