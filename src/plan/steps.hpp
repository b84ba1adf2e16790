// How many steps a run may take.
// defines: steps_of
#pragma once

#include "train/options.hpp"

namespace catapult {

/// By whichever stop comes first, of those that are known before lambda_0 is; 1000 where none is.
double steps_of(const TrainOptions& train);

}  // namespace catapult
