// What Kokkos tells its tools while something runs.
// defines: KokkosCalls, KokkosListener, counted_calls
#pragma once

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <cstdint>
#include <string>

namespace catapult::testing {

struct KokkosCalls {
  int launches = 0;  ///< kernels, and products, which are regions of their own
  int allocations = 0;
  int copies = 0;
  int fences = 0;
  std::string names;            ///< of all but launches, for messages
  std::int64_t bytes = 0;       ///< allocated and not freed
  std::int64_t most_bytes = 0;  ///< most of them at a time
};

/// Listens while it lives, beside whatever listens already. One at a time.
class KokkosListener {
 public:
  KokkosListener() {
    namespace tools = Kokkos::Tools::Experimental;
    before_ = tools::get_callbacks();
    calls = {};
    tools::set_begin_parallel_for_callback(
        [](const char* name, const std::uint32_t device, std::uint64_t* kernel) {
          ++calls.launches;
          if (before_.begin_parallel_for) before_.begin_parallel_for(name, device, kernel);
        });
    tools::set_begin_parallel_reduce_callback(
        [](const char* name, const std::uint32_t device, std::uint64_t* kernel) {
          ++calls.launches;
          if (before_.begin_parallel_reduce) before_.begin_parallel_reduce(name, device, kernel);
        });
    tools::set_begin_parallel_scan_callback(
        [](const char* name, const std::uint32_t device, std::uint64_t* kernel) {
          ++calls.launches;
          if (before_.begin_parallel_scan) before_.begin_parallel_scan(name, device, kernel);
        });
    tools::set_push_region_callback([](const char* name) {
      if (std::string(name) == "product") ++calls.launches;
      if (before_.push_region) before_.push_region(name);
    });
    // Kokkos tells of room of no size for every team of threads.
    tools::set_allocate_data_callback(
        [](auto, const char* name, const void*, const std::uint64_t bytes) {
          if (bytes == 0) return;
          ++calls.allocations;
          calls.bytes += static_cast<std::int64_t>(bytes);
          calls.most_bytes = std::max(calls.most_bytes, calls.bytes);
          calls.names += std::string(" allocation ") + name;
        });
    tools::set_deallocate_data_callback(
        [](auto, const char*, const void*, const std::uint64_t bytes) {
          calls.bytes -= static_cast<std::int64_t>(bytes);
        });
    tools::set_begin_deep_copy_callback(
        [](auto, const char* to, const void*, auto, const char* from, const void*, std::uint64_t) {
          ++calls.copies;
          calls.names += std::string(" copy ") + from + " to " + to;
        });
    // Kokkos' own, so that a tool can time what it is told of, do not count.
    tools::set_begin_fence_callback([](const char* name, const std::uint32_t, std::uint64_t*) {
      if (std::string(name).find("Tool Fence") != std::string::npos) return;
      ++calls.fences;
      calls.names += std::string(" fence ") + name;
    });
  }
  ~KokkosListener() { Kokkos::Tools::Experimental::set_callbacks(before_); }
  KokkosListener(const KokkosListener&) = delete;
  KokkosListener& operator=(const KokkosListener&) = delete;

  static inline KokkosCalls calls;

 private:
  static inline Kokkos::Tools::Experimental::EventSet before_;
};

template <class Work>
KokkosCalls counted_calls(const Work& work) {
  const KokkosListener listener;
  work();
  return KokkosListener::calls;
}

}  // namespace catapult::testing
