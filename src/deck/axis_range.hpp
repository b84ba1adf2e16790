// The axis of a sweep that is given by its ends: { from = 0, count = 1000 }.
// defines: read_range
#pragma once

#include <optional>

#include "deck/document.hpp"
#include "deck/sweep.hpp"

namespace catapult {

/// { from = A, to = B, count = N }: N values at equal distances, or at equal ratios with
/// spacing = "log"; of a key of integers the nearest integers, and A, A + 1, ... where there is no
/// `to`. What is wrong goes to `problems`. `entry` holds a table.
std::optional<SweepAxis> read_range(const Entry& entry, const Option& option, Problems& problems);

}  // namespace catapult
