// What the sanitizers of the debug preset do in tests, and what they overlook: nothing of ours.
// defines: found_leaks, LeaksOfOthers
#pragma once

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace catapult::testing {

// Open MPI forgets at its end what it learnt at its start, in plugins that are gone by then: leaks
// are looked for while it still runs, not at exit. What it loses before then is listed in main.cpp.

/// Whether memory was lost up to now; what and where is printed.
inline bool found_leaks() {
#ifdef __SANITIZE_ADDRESS__
  return __lsan_do_recoverable_leak_check() != 0;
#else
  return false;
#endif
}

/// While it lives, memory that is lost does not count: for libraries that are made to fail.
class LeaksOfOthers {
 public:
#ifdef __SANITIZE_ADDRESS__
  LeaksOfOthers() { __lsan_disable(); }
  ~LeaksOfOthers() { __lsan_enable(); }
#else
  LeaksOfOthers() {}
  ~LeaksOfOthers() {}
#endif
  LeaksOfOthers(const LeaksOfOthers&) = delete;
  LeaksOfOthers& operator=(const LeaksOfOthers&) = delete;
};

}  // namespace catapult::testing
