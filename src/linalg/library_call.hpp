// How this room calls the libraries behind it. For its files alone.
// defines: call_library
#pragma once

#include "linalg/memory.hpp"

namespace catapult {

void count_flops(double flops);

/// By the region profilers (and tests that count launches) know that a library is at work.
template <class Call>
void call_library(double flops, const Call& call) {
  Kokkos::Profiling::pushRegion("product");
  call();
  Kokkos::Profiling::popRegion();
  count_flops(flops);
}

}  // namespace catapult
