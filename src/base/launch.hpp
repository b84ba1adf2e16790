// How this process was started.
// defines: advice_on_launch
#pragma once

#include <string>

namespace catapult {

/// For messages: what to do where srun has started several processes of which MPI takes each for
/// the only one, as it does without a PMI that both know; "" elsewhere. Not collective.
std::string advice_on_launch();

}  // namespace catapult
