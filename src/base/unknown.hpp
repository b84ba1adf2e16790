// A number that was not measured, or has no meaning where it stands.
// defines: unknown
#pragma once

#include <limits>

namespace catapult {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace catapult
