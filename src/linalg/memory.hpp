// Where kernels run and where their arrays lie.
// defines: Execution, Memory
#pragma once

#include <Kokkos_Core.hpp>

namespace catapult {

using Execution = Kokkos::DefaultExecutionSpace;
using Memory = Execution::memory_space;

}  // namespace catapult
