// Takes the place of src/linalg/memory.hpp in the preset guard: kernels run on the host, arrays of
// the device lie in memory that the host must not touch.
// defines: Execution, Memory
#pragma once

#include "guard_space.hpp"

namespace catapult {

using Execution = Kokkos::DefaultHostExecutionSpace;
using Memory = guard::GuardSpace;

}  // namespace catapult
