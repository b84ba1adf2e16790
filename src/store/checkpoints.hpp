// The checkpoints of one member: when one is due, which are kept, which one continues it.
// defines: Checkpoints, folder_of
#pragma once

#include <chrono>
#include <filesystem>

#include "base/communicator.hpp"
#include "store/options.hpp"

namespace catapult {

/// Files step-<12 digits>.h5 in the member's folder `checkpoints`, each the state before that step.
class Checkpoints {
 public:
  /// `member`: its folder.
  Checkpoints(const std::filesystem::path& member, CheckpointOptions options);

  std::filesystem::path path_of(Index step) const;

  /// Whether checkpoint.at names this step.
  bool named(Index step) const;
  /// Whether checkpoint.every asks for one before this step.
  bool periodic(Index step) const;
  /// Whether checkpoint.minutes have passed since the last one, by this rank's clock.
  bool overdue() const;

  /// To be called once the checkpoint before `step` has been written: removes those of later steps,
  /// which this run could not read and has left behind, and of the others all but the newest `keep`
  /// and those that checkpoint.at names. By one rank of the member.
  void prune(Index step);
  /// The last one was written now; by all ranks.
  void restart_clock() { last_ = Clock::now(); }

  /// Step of the checkpoint that this run continues; -1: none.
  Index continued_from() const { return continued_from_; }
  void continue_from(Index step) { continued_from_ = step; }

  /// Steps of the checkpoints that are there, the newest first; removes what a killed run left
  /// unfinished. Rank 0 looks; collective.
  std::vector<Index> find(const Communicator& ranks) const;

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Index> list() const;

  std::filesystem::path folder_;
  CheckpointOptions options_;
  Clock::time_point last_;
  Index continued_from_ = -1;
};

/// Where results about a checkpoint go: `out`, else beside the folder of checkpoints it lies in,
/// else its own folder.
std::filesystem::path folder_of(const std::filesystem::path& checkpoint, const std::string& out);

}  // namespace catapult
