// All ranks that a test runs on.
// defines: world
#pragma once

#include "base/communicator.hpp"

namespace catapult::testing {

inline Communicator world() { return Communicator(MPI_COMM_WORLD); }

}  // namespace catapult::testing
