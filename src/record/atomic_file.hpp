// Files that appear complete or not at all: written under a temporary name, synced, renamed.
// defines: write_atomically, require_room, write_text, replace_text, read_text
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

/// The same for a file that all `ranks` write together: an Error of `write` must be one that only
/// this rank's own work throws, collective writes end the job. Collective.
void write_atomically(const std::filesystem::path& path, const Communicator& ranks,
                      const std::function<void(const std::filesystem::path&)>& write);

/// Throws OutputError where the file system of `path` cannot take `bytes` more, before HDF5 has to
/// find out: it leaves other ranks waiting. Not collective.
void require_room(const std::filesystem::path& path, double bytes);

/// A text file, atomically.
void write_text(const std::filesystem::path& path, const std::string& text);

/// The same without waiting for the disk: for what is worth nothing once the machine has crashed.
void replace_text(const std::filesystem::path& path, const std::string& text);

/// All of a text file. Throws DataError.
std::string read_text(const std::filesystem::path& path);

}  // namespace catapult
