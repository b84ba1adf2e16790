// Where the files of a data set are.
// defines: is_there, locate
#pragma once

#include <filesystem>
#include <string>

#include "data/options.hpp"

namespace catapult {

/// Throws DataError with `advice` where that cannot be told (rights, links in a circle).
bool is_there(const std::filesystem::path& path, const std::string& advice);

/// options.path as given (relative to the current folder) or under $CATAPULT_DATA, whichever
/// exists first. Throws UsageError where data.path is not set, DataError with `advice` where
/// neither exists.
std::filesystem::path locate(const DataOptions& options, const std::string& advice);

}  // namespace catapult
