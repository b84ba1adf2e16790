// Data made up on the spot: normal inputs, and the single sample of the warm-up model.
// defines: draw_gaussian, make_toy
#pragma once

#include "data/options.hpp"
#include "data/raw.hpp"

namespace catapult {

/// x ~ N(0, 1) and y one-hot of a uniformly drawn class, or N(0, 1) where outputs = 1, from
/// options.seed. Sample i is the same whatever the number of samples; train and test are
/// independent. Throws UsageError where the number of training samples is not set or impossible.
RawTable draw_gaussian(const DataOptions& options, Depth depth);

/// x = 1, y = options.target. Throws UsageError where more samples are asked for.
RawTable make_toy(const DataOptions& options, Depth depth);

}  // namespace catapult
