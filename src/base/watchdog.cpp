#include "base/watchdog.hpp"

#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace catapult {
namespace {

constexpr std::array crash_signals = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
std::array<char, 4096> crash_file{};

/// Only calls that are safe in a handler of signals.
void write_stack(int signal) {
  std::array<void*, 64> frames{};
  const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
  const int file = open(crash_file.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file >= 0) {
    backtrace_symbols_fd(frames.data(), count, file);
    close(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void report_crashes_to(const std::filesystem::path& file) {
  const std::string text = file.string();
  if (text.size() >= crash_file.size()) return;
  std::strcpy(crash_file.data(), text.c_str());
  void* first = nullptr;
  backtrace(&first, 1);  // loads what it needs now, not in the handler
  for (const int signal : crash_signals) std::signal(signal, write_stack);
}

Watchdog::Watchdog(std::chrono::duration<double> limit)
    : limit_(limit),
      nap_(std::min(0.1 * limit, Seconds(1.0))),
      looked_(Clock::now()),
      watched_(pthread_self()) {
  if (limit.count() > 0.0) thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Watchdog::Seconds Watchdog::ran() const {
  return ran_ + std::min<Seconds>(Clock::now() - looked_, 2.0 * nap_);
}

void Watchdog::beat() {
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  const Seconds now = ran();
  longest_ = std::max(longest_, now - last_);
  last_ = now;
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!end_) {
    ran_ = ran();
    looked_ = Clock::now();
    const Seconds patience = std::max(limit_, 10.0 * longest_);
    const Seconds idle = ran_ - last_;
    if (idle > patience) {
      std::fprintf(stderr,
                   "error: no step has ended for %.0f s (study.watchdog_minutes allows %.0f s); "
                   "the job ends, the last checkpoint stays valid\n",
                   idle.count(), patience.count());
      pthread_kill(watched_, SIGABRT);
      return;
    }
    ended_.wait_for(lock, nap_);
  }
}

}  // namespace catapult
