#include "record/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "base/fault.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& problem, int error) {
  throw OutputError(
      fmt::format("{}: {} ({}); free space or rights, then run the same command again",
                  path.string(), problem, std::strerror(error)));
}

/// On disk, not only in memory.
void sync(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(path, "cannot be opened", errno);
  const int error = fsync(file) == 0 ? 0 : errno;
  close(file);
  if (error != 0) fail(path, "cannot be written", error);
}

/// Hidden beside the file itself, so that the move stays on one file system.
fs::path temporary(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.tmp", path.filename().string());
}

void make_folder_of(const fs::path& path) {
  if (path.parent_path().empty()) return;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) fail(path.parent_path(), "the folder cannot be made", error.value());
}

void move_into_place(const fs::path& path) {
  if (std::rename(temporary(path).c_str(), path.c_str()) != 0) {
    fail(path, "cannot be put in place", errno);
  }
}

/// To be called once the temporary file is on disk.
void rename_into_place(const fs::path& path) {
  move_into_place(path);
  sync(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

/// Runs work(), which leaves no temporary file of `path` where it throws.
template <class Work>
void without_leftovers(const fs::path& path, const Work& work) {
  try {
    work();
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary(path), ignored);
    throw;
  }
}

/// The text as a file at `place`, for that at `path`.
void write_whole(const fs::path& place, const fs::path& path, const std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(place.c_str(), "wb"),
                                                             &std::fclose);
  if (!file) fail(path, "cannot be written", errno);
  const bool whole = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (!whole || std::fflush(file.get()) != 0) fail(path, "cannot be written", errno);
}

}  // namespace

void write_atomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  make_folder_of(path);
  without_leftovers(path, [&] {
    write(temporary(path));
    sync(temporary(path));
    rename_into_place(path);
  });
}

void write_atomically(const fs::path& path, const Communicator& ranks,
                      const std::function<void(const fs::path&)>& write) {
  on_root(ranks, [&] { make_folder_of(path); });
  try {
    on_all(ranks, [&] { write(temporary(path)); });
    on_root(ranks, [&] {
      sync(temporary(path));
      fault_point("checkpoint-synced");
      rename_into_place(path);
      fault_point("checkpoint-renamed");
    });
  } catch (const Error&) {
    std::error_code ignored;
    if (ranks.is_root()) fs::remove(temporary(path), ignored);
    throw;
  }
}

void require_room(const fs::path& path, double bytes) {
  make_folder_of(path);
  const fs::path probe = temporary(path);
  const int file = open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) fail(path, "cannot be written", errno);
  // Quotas show only here; file systems that cannot allocate are asked for their free space.
  int error = fallocate(file, 0, 0, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
  close(file);
  std::error_code ignored;
  fs::remove(probe, ignored);
  const bool unknown = error == EOPNOTSUPP || error == ENOSYS;
  if (unknown) {
    const fs::space_info space = fs::space(path.parent_path(), ignored);
    error = static_cast<double>(space.available) < bytes ? ENOSPC : 0;
  }
  if (error != 0) fail(path, fmt::format("{:.1f} MB cannot be written", bytes / 1e6), error);
}

void write_text(const fs::path& path, const std::string& text) {
  write_atomically(path, [&](const fs::path& temporary) { write_whole(temporary, path, text); });
}

void replace_text(const fs::path& path, const std::string& text) {
  make_folder_of(path);
  without_leftovers(path, [&] {
    write_whole(temporary(path), path, text);
    move_into_place(path);
  });
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  } catch (const std::ios_base::failure&) {  // a folder, a broken disk
    file.setstate(std::ios_base::badbit);
  }
  if (!file) {
    throw DataError(fmt::format("{}: cannot be read ({})", path.string(), std::strerror(errno)));
  }
  return text;
}

}  // namespace catapult
