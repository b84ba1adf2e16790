#include "data/locate.hpp"

#include <fmt/format.h>

#include <cstdlib>

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
  const fs::path here = options.path;
  if (is_there(here, advice)) return here;
  const std::string root = data_root();
  std::string searched = fmt::format("neither in {}", current_folder());
  if (!root.empty()) {
    const fs::path there = fs::path(root) / here;
    if (is_there(there, advice)) return there;
    searched += fmt::format(" nor in $CATAPULT_DATA = {}", root);
  } else {
    searched = fmt::format("not in {}, and CATAPULT_DATA is not set", current_folder());
  }
  throw DataError(fmt::format("cannot find the data {} (no such file or folder: {}); {}",
                              here.string(), searched, advice));
}

}  // namespace catapult
