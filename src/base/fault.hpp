// Faults on purpose, for tests: they do nothing unless built with CATAPULT_FAULT_INJECTION.
// defines: fault_point
#pragma once

namespace catapult {

/// Kills this process (SIGKILL) at its n-th passage here where the environment says
/// CATAPULT_FAULT=POINT:RANK:N, RANK a rank of MPI_COMM_WORLD or * for all; CATAPULT_FAULT=...:hang
/// makes it wait for ever instead.
void fault_point(const char* point);

}  // namespace catapult
