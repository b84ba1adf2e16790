// Memory without access, but for moments.
// defines: Arena, Opened
#pragma once

#include <cstddef>

namespace catapult::guard {

/// One range of addresses. Its pages can be read and written only while an Opened lives; any other
/// access ends the process with one line and a backtrace. Where the kernel of the system is handed
/// such an address (by MPI, HDF5), the call fails with EFAULT.
class Arena {
 public:
  /// The only one. From its first use on, Kokkos' kernels open it while they run.
  static Arena& instance();

  /// Throws std::bad_alloc.
  void* allocate(std::size_t bytes);
  void free(void* place, std::size_t bytes);

  void open();
  void close();
  bool holds(const void* address) const;

 private:
  Arena();

  struct State;
  State* state_;
};

/// Gives access while it lives.
class Opened {
 public:
  Opened() { Arena::instance().open(); }
  ~Opened() { Arena::instance().close(); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
};

}  // namespace catapult::guard
