// `catapult bench`: how fast a deck's first member trains and is measured on these ranks.
// defines: bench_deck
#pragma once

#include "study/run.hpp"

namespace catapult {

/// Times the training step, the kernel product, lambda from cold and followed through training,
/// beside bare products of the step's shapes; prints a table or JSON on rank 0. `followed`: steps
/// along which lambda is measured; 0: as many as take about 20 seconds. Collective.
ExitCode bench_deck(const RunRequest& request, Index followed, bool json,
                    const Communicator& world);

}  // namespace catapult
