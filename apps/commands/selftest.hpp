// `catapult selftest`: exact physics on this machine and this number of ranks.
// defines: selftest
#pragma once

#include "base/communicator.hpp"

namespace catapult {

/// Compares small networks spread over `world` with the same on one rank, with each other's maps
/// and with the exact recursion of the warm-up model; prints one line a check on rank 0. Returns
/// ExitCode::numerical where one fails. Seconds. Collective.
ExitCode selftest(const Communicator& world);

}  // namespace catapult
