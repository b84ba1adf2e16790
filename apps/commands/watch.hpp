// `catapult watch`: how far a run is, from its files alone.
// defines: WatchRequest, watch_run
#pragma once

#include <string>

namespace catapult {

struct WatchRequest {
  std::string run;    ///< run folder
  bool once = false;  ///< as plain text, once
};

/// Prints what a run folder tells; on a terminal again and again in the same place, until the run
/// has ended or a signal asks to stop. Needs no MPI. Throws DataError where there is no run folder.
void watch_run(const WatchRequest& request);

}  // namespace catapult
