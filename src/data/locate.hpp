// Where the files of a data set are.
// defines: is_there, locate
#pragma once

#include <filesystem>
#include <string>

#include "data/options.hpp"

namespace catapult {

/// Throws DataError with `advice` where that cannot be told (rights, links in a circle).
bool is_there(const std::filesystem::path& path, const std::string& advice);

/// options.path as given (relative to the current folder), or under $CATAPULT_DATA, or under what
/// came with the program: its project or installation, and inputs/data there; whichever exists
/// first. Throws UsageError where data.path is not set, DataError with `advice` where none does.
std::filesystem::path locate(const DataOptions& options, const std::string& advice);

}  // namespace catapult
