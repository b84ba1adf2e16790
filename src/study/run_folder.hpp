// The folder of a run: held by one run at a time, of one study.
// defines: RunFolder, is_held
#pragma once

#include <filesystem>
#include <string>

namespace catapult {

/// Held from construction to destruction, by one process (rank 0 of the study).
class RunFolder {
 public:
  enum class Resume { automatic, never };

  /// Makes or opens `path` for the study of the resolved deck `resolved` and writes deck.toml and
  /// resolved.toml; status.json tells that a run starts, and groups of an earlier one no more.
  /// `origin`: of the
  /// checkpoint that its members start from, in origin.txt; "": none. Resume::automatic keeps what
  /// is there of the same study; never: removes it. Throws BusyError where another process holds
  /// it, UsageError where it belongs to another study or origin, OutputError.
  RunFolder(std::filesystem::path path, const std::string& deck, const std::string& resolved,
            const std::string& origin, Resume resume);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

 private:
  void lock();

  std::filesystem::path path_;
  int lock_ = -1;  ///< file descriptor of run.lock
};

/// Whether a process holds this run folder, as far as its file system tells: some do not know of
/// locks, or not of those of other machines. Does not keep anybody from taking it.
bool is_held(const std::filesystem::path& run);

}  // namespace catapult
