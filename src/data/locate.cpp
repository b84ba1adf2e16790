#include "data/locate.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"

namespace catapult {

std::filesystem::path locate(const DataOptions& options, const std::string& advice) {
  namespace fs = std::filesystem;
  if (options.path.empty()) {
    throw UsageError(fmt::format(
        "data.path is not set (data.source = \"{}\" reads files); name their folder or file",
        options.source));
  }
  std::error_code ignored;
  const fs::path here = options.path;
  if (fs::exists(here, ignored)) return here;
  const char* root = std::getenv("CATAPULT_DATA");
  std::string searched = fmt::format("neither in {}", fs::current_path().string());
  if (root && *root) {
    const fs::path there = fs::path(root) / here;
    if (fs::exists(there, ignored)) return there;
    searched += fmt::format(" nor in $CATAPULT_DATA = {}", root);
  } else {
    searched = fmt::format("not in {}, and CATAPULT_DATA is not set", fs::current_path().string());
  }
  throw DataError(fmt::format("cannot find the data {} (no such file or folder: {}); {}",
                              here.string(), searched, advice));
}

}  // namespace catapult
