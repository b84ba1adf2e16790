// The folder of a run: held by one run at a time, of one study.
// defines: RunFolder, Status
#pragma once

#include <filesystem>
#include <string>

#include "base/integer.hpp"

namespace catapult {

struct Status {
  std::string state;  ///< running | finished | stopped | failed
  Index members = 0;
  Index finished = 0;
  std::string message;
};

/// Held from construction to destruction, by one process (rank 0 of the study).
class RunFolder {
 public:
  enum class Resume { automatic, never };

  /// Makes or opens `path` for the study of the resolved deck `resolved` and writes deck.toml and
  /// resolved.toml. `origin`: of the checkpoint that its members start from, in origin.txt; "":
  /// none. Resume::automatic keeps what is there of the same study; never: removes it. Throws
  /// BusyError where another process holds it, UsageError where it belongs to another study or
  /// origin, OutputError.
  RunFolder(std::filesystem::path path, const std::string& deck, const std::string& resolved,
            const std::string& origin, Resume resume);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// status.json, with time and process.
  void write_status(const Status& status) const;

 private:
  void lock();

  std::filesystem::path path_;
  int lock_ = -1;  ///< file descriptor of run.lock
};

}  // namespace catapult
