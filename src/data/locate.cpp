#include "data/locate.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/path_text.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

std::string current_folder() {
  std::error_code gone;
  const fs::path folder = fs::current_path(gone);
  return gone ? "the current folder, which is gone" : folder.string();
}

/// $CATAPULT_DATA, "" where it is not set.
std::string data_root() {
  const char* root = std::getenv("CATAPULT_DATA");
  if (root == nullptr) return "";
  try {
    return expanded_path(root);
  } catch (const UsageError& reason) {
    throw UsageError(
        fmt::format("CATAPULT_DATA is {} ({}); write it in full", root, reason.what()));
  }
}

/// The folder with inputs/data that this program came with: the prefix's share/catapult where it is
/// installed, the checkout where it was built in one; none where it stands by itself.
std::optional<fs::path> project_folder() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  for (const char* from_program : {"../share/catapult", "../../.."}) {
    const fs::path folder = (program.parent_path() / from_program).lexically_normal();
    if (folder.is_absolute() && fs::is_directory(folder / "inputs/data", none)) return folder;
  }
  return std::nullopt;
}

}  // namespace

bool is_there(const fs::path& path, const std::string& advice) {
  std::error_code unknown;
  const bool there = fs::exists(path, unknown);
  if (!unknown) return there;
  throw DataError(
      fmt::format("{} cannot be opened ({}); {}", path.string(), unknown.message(), advice));
}

fs::path locate(const DataOptions& options, const std::string& advice) {
  if (options.path.empty()) {
    throw UsageError(fmt::format(
        "data.path is not set (data.source = \"{}\" reads files); name their folder or file",
        options.source));
  }
  const fs::path wanted = options.path;
  if (is_there(wanted, advice)) return wanted;
  const std::string root = data_root();
  std::string searched = fmt::format("neither in {} nor in $CATAPULT_DATA", current_folder());
  searched += root.empty() ? ", which is not set" : " = " + root;
  std::vector<fs::path> folders;
  if (!root.empty()) folders.emplace_back(root);
  if (const auto project = project_folder()) {
    folders.insert(folders.end(), {*project, *project / "inputs/data"});
    searched += fmt::format(", nor in {}", folders.back().string());
  }
  for (const fs::path& folder : folders) {
    if (is_there(folder / wanted, advice)) return folder / wanted;
  }
  throw DataError(fmt::format("cannot find the data {} (no such file or folder: {}); {}",
                              wanted.string(), searched, advice));
}

}  // namespace catapult
