// The end of a study: its files, and what the log tells of it.
// defines: conclude
#pragma once

#include "study/ensemble.hpp"
#include "study/members.hpp"
#include "study/status.hpp"

namespace catapult {

/// Writes summary.csv, study.h5 and the boundaries, tells them in the log with what took the time,
/// and leaves `status`, as it was when the run began, as it is now. A STOP that has been followed
/// goes. `end`: what is left to run. Throws DataError, OutputError. Collective over `world`.
void conclude(const Running& running, ExitCode code, const EnsembleEnd& end, Status status,
              const Communicator& world, Group& group);

}  // namespace catapult
