// Files that appear complete or not at all: written under a temporary name, synced, renamed.
// defines: write_atomically, write_text, read_text
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/communicator.hpp"

namespace catapult {

/// Calls write(temporary path) and moves what it wrote and closed to `path`; a reader sees the old
/// file or the new one. Folders are made. Throws OutputError; the temporary file is then removed.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path&)>& write);

/// The same for a file that all `ranks` write together. Collective.
void write_atomically(const std::filesystem::path& path, const Communicator& ranks,
                      const std::function<void(const std::filesystem::path&)>& write);

/// A text file, atomically.
void write_text(const std::filesystem::path& path, const std::string& text);

/// All of a text file. Throws DataError.
std::string read_text(const std::filesystem::path& path);

}  // namespace catapult
