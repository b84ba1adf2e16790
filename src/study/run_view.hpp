// What the files of a run folder tell of its run, as people who watch read it.
// defines: RunView, look_at, view_lines
#pragma once

#include "study/status.hpp"

namespace catapult {

struct RunView {
  std::string folder;
  Status status;                    ///< while it runs: as it began
  std::vector<GroupStatus> groups;  ///< none once it has ended
  bool runs = false;                ///< or starts
  std::time_t now = 0;
};

/// Reads; writes nothing, keeps nobody from writing. A run that says that it goes on and is not
/// seen any more does not run: nobody holds its folder, or, as a file system may not tell of other
/// machines, it has told nothing for a minute from there. Throws DataError where there is no run
/// folder.
RunView look_at(const std::filesystem::path& run);

/// A line for the study, then a table of the members in training, at most so many.
std::vector<std::string> view_lines(const RunView& view, std::size_t most_members);

}  // namespace catapult
