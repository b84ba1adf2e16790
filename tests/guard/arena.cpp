#include "arena.hpp"

#include <execinfo.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <Kokkos_Core.hpp>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

namespace catapult::guard {
namespace {

constexpr std::size_t reserved = std::size_t{64} << 30;  // of addresses, not of memory
constexpr std::size_t grain = 64;                        // what allocations are aligned to
constexpr std::size_t step = std::size_t{2} << 20;       // of the part in use: a huge page

std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

void say(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

/// An access of the host ends here; other faults run into the system's own handling.
void on_fault(int signal, siginfo_t* info, void*) {
  if (Arena::instance().holds(info->si_addr)) {
    say("host access to device memory\n");
    void* frames[64];
    backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
  }
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, nullptr);  // the access is tried again, and ends the process
}

void watch_faults() {
  void* frame;
  backtrace(&frame, 1);  // loads its library now: a handler may not
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, nullptr);
}

/// Views are filled at their creation by kernels as well; copies open the arena by themselves.
void watch_kernels() {
  namespace tools = Kokkos::Tools::Experimental;
  const auto begin = [](const char*, std::uint32_t, std::uint64_t*) { Arena::instance().open(); };
  const auto end = [](std::uint64_t) { Arena::instance().close(); };
  tools::set_begin_parallel_for_callback(begin);
  tools::set_end_parallel_for_callback(end);
  tools::set_begin_parallel_reduce_callback(begin);
  tools::set_end_parallel_reduce_callback(end);
  tools::set_begin_parallel_scan_callback(begin);
  tools::set_end_parallel_scan_callback(end);
}

}  // namespace

struct Arena::State {
  char* base = nullptr;
  std::size_t used = 0;                     ///< bytes from `base` that can be opened at all
  int opened = 0;                           ///< how many Opened and kernels there are now
  std::map<std::size_t, std::size_t> gaps;  ///< offset to size, of what is free below `used`
  std::recursive_mutex mutex;

  void allow(std::size_t begin, std::size_t end) const {
    if (mprotect(base + begin, end - begin, opened > 0 ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) {
      throw std::bad_alloc();
    }
  }

  void grow(std::size_t bytes) {
    const std::size_t before = used, after = used + round_up(bytes, step);
    if (after > reserved) throw std::bad_alloc();
    used = after;
    allow(before, after);
    give_back(before, after - before);
  }

  /// Neighbours become one gap.
  void give_back(std::size_t offset, std::size_t bytes) {
    auto gap = gaps.emplace(offset, bytes).first;
    if (const auto next = std::next(gap); next != gaps.end() && offset + bytes == next->first) {
      gap->second += next->second;
      gaps.erase(next);
    }
    if (gap == gaps.begin()) return;
    const auto last = std::prev(gap);
    if (last->first + last->second == offset) {
      last->second += gap->second;
      gaps.erase(gap);
    }
  }

  /// Opening takes the longer the more pages there are: those at the end go where they are free.
  void shrink() {
    if (gaps.empty()) return;
    const auto last = std::prev(gaps.end());
    const std::size_t end = round_up(last->first, step);
    if (last->first + last->second != used || end >= used) return;
    madvise(base + end, used - end, MADV_DONTNEED);
    mprotect(base + end, used - end, PROT_NONE);
    used = end;
    last->second = end - last->first;
    if (last->second == 0) gaps.erase(last);
  }
};

Arena::Arena() : state_(new State) {  // never freed: views may outlive what is static here
  void* base =
      mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  state_->base = static_cast<char*>(base) + (round_up(address, step) - address);
  madvise(state_->base, reserved, MADV_HUGEPAGE);  // fewer pages to open
}

Arena& Arena::instance() {
  static Arena arena = [] {
    watch_faults();
    watch_kernels();
    return Arena();
  }();
  return arena;
}

void* Arena::allocate(std::size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  bytes = round_up(bytes, grain);
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (auto gap = state_->gaps.begin(); gap != state_->gaps.end(); ++gap) {
      if (gap->second < bytes) continue;
      const auto [offset, size] = *gap;
      state_->gaps.erase(gap);
      if (size > bytes) state_->gaps.emplace(offset + bytes, size - bytes);
      return state_->base + offset;
    }
    state_->grow(bytes);
  }
  throw std::bad_alloc();
}

void Arena::free(void* place, std::size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->give_back(static_cast<std::size_t>(static_cast<char*>(place) - state_->base),
                    round_up(bytes, grain));
  state_->shrink();
}

void Arena::open() {
  const std::lock_guard lock(state_->mutex);
  if (state_->opened++ == 0 && state_->used > 0) state_->allow(0, state_->used);
}

void Arena::close() {
  const std::lock_guard lock(state_->mutex);
  if (--state_->opened == 0 && state_->used > 0) state_->allow(0, state_->used);
}

bool Arena::holds(const void* address) const {
  const auto* place = static_cast<const char*>(address);
  return place >= state_->base && place < state_->base + reserved;
}

}  // namespace catapult::guard
