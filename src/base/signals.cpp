#include "base/signals.hpp"

#include <array>
#include <csignal>

namespace catapult {
namespace {

volatile std::sig_atomic_t stops = 0;
volatile std::sig_atomic_t last_stop = 0;
volatile std::sig_atomic_t wants_checkpoint = 0;

constexpr int stop_signals[] = {SIGUSR1, SIGTERM, SIGINT, SIGHUP, SIGXCPU};

void ask_to_stop(int signal) {
  stops = stops + 1;
  last_stop = signal;
  if (stops < 3) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void ask_for_checkpoint(int) { wants_checkpoint = 1; }

/// What the parent has ignored stays ignored: HUP under nohup, INT of a script's background job.
void install(int signal, void (*handler)(int)) {
  struct sigaction action {};
  if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) return;
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_ONSTACK;  // calls of MPI and HDF5 go on
  sigaction(signal, &action, nullptr);
}

/// Handlers run on a stack of their own: the kernels that libraries of products write at run time
/// keep values beyond the end of the stack, which a handler there would overwrite.
void use_own_stack() {
  static std::array<char, 1 << 18> room;
  stack_t stack{};
  stack.ss_sp = room.data();
  stack.ss_size = room.size();
  sigaltstack(&stack, nullptr);
}

}  // namespace

SignalWatch::SignalWatch() {
  stops = 0;
  last_stop = 0;
  wants_checkpoint = 0;
  use_own_stack();
  for (const int signal : stop_signals) install(signal, ask_to_stop);
  install(SIGUSR2, ask_for_checkpoint);
}

Request SignalWatch::take() {
  if (stops >= 2) return Request::stop_now;
  if (stops == 1) return Request::stop;
  if (wants_checkpoint == 0) return Request::none;
  wants_checkpoint = 0;
  return Request::checkpoint;
}

int SignalWatch::last() { return last_stop; }

}  // namespace catapult
