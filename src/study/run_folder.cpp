#include "study/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <sstream>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/launch.hpp"
#include "deck/print.hpp"
#include "deck/study.hpp"
#include "record/atomic_file.hpp"
#include "study/status.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

/// "data.batch = 0 there, data.batch = 64 here": the first line in which two decks differ.
std::string first_difference(const std::string& there, const std::string& here) {
  std::istringstream old_lines(there), new_lines(here);
  std::string was, is, table;
  for (;;) {
    const bool more_old = static_cast<bool>(std::getline(old_lines, was));
    const bool more_new = static_cast<bool>(std::getline(new_lines, is));
    if (!more_old) was = "nothing";
    if (!more_new) is = "nothing";
    if (was != is || (!more_old && !more_new)) {
      return fmt::format("{}: {} there, {} here", table, was, is);
    }
    if (!is.empty() && is.front() == '[') table = is;
  }
}

/// The lines of a resolved deck that say what is computed: not on which ranks it is, nor what is
/// kept on the way. Those may change between the runs of one folder.
std::string without_means(const std::string& resolved) {
  std::istringstream lines(resolved);
  std::string kept;
  bool means = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() == '[') {
      means = line == "[parallel]" || line == "[checkpoint]";
    }
    const bool of_study = line.rfind("members_at_once = ", 0) == 0 ||
                          line.rfind("watchdog_minutes = ", 0) == 0 ||
                          line.rfind("output = ", 0) == 0;
    if (!means && !of_study) kept += line + "\n";
  }
  return kept;
}

/// The resolved deck of a run folder in today's words: a key that it does not have yet has its
/// default, which is what the program did before there was that key.
std::string in_todays_words(const std::string& resolved, const fs::path& file) {
  try {
    const Study study = parse_study(resolved, file.string(), {});
    return print_resolved(study.base, study.axes);
  } catch (const UsageError&) {
    return resolved;  // the words themselves are compared
  }
}

constexpr const char* origin_name = "origin.txt";

/// Members that are there already have started from the same checkpoint.
void require_origin(const fs::path& path, const std::string& origin) {
  const fs::path file = path / origin_name;
  std::error_code ignored;
  std::string there = fs::exists(file, ignored) ? read_text(file) : "";
  if (!there.empty() && there.back() == '\n') there.pop_back();
  if (there == origin) return;
  const auto named = [](const std::string& identity) {
    return identity.empty() ? "initial parameters" : "a checkpoint (" + identity + ")";
  };
  throw UsageError(fmt::format(
      "{} holds members that start from {}, not from {}; name another folder by --out, or start it "
      "anew by --resume never, which removes what is there",
      path.string(), named(there), named(origin)));
}

/// A file, or a folder with all that is in it; nothing where there is none.
void remove_tree(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(path, error))) {
    for (const auto& entry : fs::directory_iterator(path, error)) remove_tree(entry.path());
  }
  if (!error) fs::remove(path, error);
  if (!error || error == std::errc::no_such_file_or_directory) return;
  throw OutputError(fmt::format(
      "{}: cannot be removed ({}); name another run folder by --out, or free its rights",
      path.string(), error.message()));
}

void make_folder(const fs::path& path) {
  std::error_code error;
  const bool dangling = fs::is_symlink(path, error) && !fs::exists(path, error);
  if (dangling) {
    throw OutputError(
        fmt::format("{}: a link to {}, which is not there; make that folder, or name "
                    "another by --out",
                    path.string(), fs::read_symlink(path, error).string()));
  }
  fs::create_directories(path, error);
  if (error) {
    throw OutputError(fmt::format("{}: the run folder cannot be made ({}); name another by --out",
                                  path.string(), error.message()));
  }
}

}  // namespace

RunFolder::RunFolder(fs::path path, const std::string& deck, const std::string& resolved,
                     const std::string& origin, Resume resume)
    : path_(std::move(path)) {
  make_folder(path_);
  lock();
  const fs::path file = path_ / "resolved.toml";
  std::error_code ignored;
  const bool used = fs::exists(file, ignored);
  if (!used && fs::exists(path_ / "members", ignored)) {
    throw UsageError(
        fmt::format("{} holds members and no resolved.toml (of which study they are is unknown); "
                    "name another folder by --out, or remove what is there",
                    path_.string()));
  }
  if (used && resume == Resume::never) {
    for (const char* name : {"members", "plots", "summary.csv", "study.h5", "boundaries.csv",
                             "boundaries_mean.csv", "spikes.csv", "log.txt", origin_name}) {
      remove_tree(path_ / name);
    }
  } else if (used) {
    const std::string there = without_means(in_todays_words(read_text(file), file));
    if (there != without_means(resolved)) {
      throw UsageError(fmt::format(
          "{} holds another study ({}); name another folder by --out, or start it anew by --resume "
          "never, which removes what is there",
          path_.string(), first_difference(there, without_means(resolved))));
    }
    require_origin(path_, origin);
  }
  forget_progress(path_);
  if (!origin.empty()) write_text(path_ / origin_name, origin + "\n");
  write_text(path_ / "deck.toml", deck);
  write_text(file, resolved);
  const Status before = resume == Resume::never ? Status{} : read_status(path_).value_or(Status{});
  write_status(path_, {.study = before.study,
                       .state = "starting",
                       .members = before.members,
                       .finished = before.finished,
                       .ended = before.ended});
}

RunFolder::~RunFolder() {
  if (lock_ >= 0) close(lock_);  // which unlocks
}

void RunFolder::lock() {
  const fs::path file = path_ / "run.lock";
  lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) {
    throw OutputError(fmt::format("{}: cannot be written ({}); name another run folder by --out",
                                  file.string(), std::strerror(errno)));
  }
  // A file system without locks (ENOLCK, ENOSYS) lets everybody in.
  bool taken = false;
  for (int tries = 0; tries == 0 || (taken && tries < 3); ++tries) {
    if (taken) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // is_held() has it
    taken = flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  }
  if (taken) {
    std::array<char, 512> holder{};
    const ssize_t length = read(lock_, holder.data(), holder.size() - 1);
    const std::string who = length > 0 ? holder.data() : "an unknown process";
    close(lock_);
    lock_ = -1;
    const std::string launch = advice_on_launch();
    throw BusyError(
        fmt::format("{} is in use (by {}); {}", path_.string(), who,
                    launch.empty() ? "wait for its end, or name another folder by --out" : launch));
  }
  const std::string mine =
      fmt::format("process {} on {} since {}", getpid(), this_host(), utc(std::time(nullptr)));
  const bool written = ftruncate(lock_, 0) == 0 && pwrite(lock_, mine.data(), mine.size(), 0) ==
                                                       static_cast<ssize_t>(mine.size());
  if (!written) {
    throw OutputError(
        fmt::format("{}: cannot be written ({}); free space", file.string(), std::strerror(errno)));
  }
}

bool is_held(const fs::path& run) {
  const int file = open((run / "run.lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return held;
}

}  // namespace catapult
