#include "data/locate.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

std::string current_folder() {
  std::error_code gone;
  const fs::path folder = fs::current_path(gone);
  return gone ? "the current folder, which is gone" : folder.string();
}

}  // namespace

fs::path locate(const DataOptions& options, const std::string& advice) {
  if (options.path.empty()) {
    throw UsageError(fmt::format(
        "data.path is not set (data.source = \"{}\" reads files); name their folder or file",
        options.source));
  }
  std::error_code ignored;
  const fs::path here = options.path;
  if (fs::exists(here, ignored)) return here;
  const char* root = std::getenv("CATAPULT_DATA");
  std::string searched = fmt::format("neither in {}", current_folder());
  if (root && *root) {
    const fs::path there = fs::path(root) / here;
    if (fs::exists(there, ignored)) return there;
    searched += fmt::format(" nor in $CATAPULT_DATA = {}", root);
  } else {
    searched = fmt::format("not in {}, and CATAPULT_DATA is not set", current_folder());
  }
  throw DataError(fmt::format("cannot find the data {} (no such file or folder: {}); {}",
                              here.string(), searched, advice));
}

}  // namespace catapult
