// Counts are 64-bit; libraries that want 32 bits get them through one checked narrowing.
// defines: Index, narrow
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/error.hpp"

namespace catapult {

using Index = std::int64_t;  ///< every count and every index into an array

/// `value` as a To. Throws UsageError where it does not fit; `what` names the count.
template <class To>
To narrow(Index value, const char* what) {
  static_assert(std::is_integral_v<To> && sizeof(To) <= sizeof(Index));
  if (value < Index{std::numeric_limits<To>::min()} ||
      value > static_cast<Index>(std::numeric_limits<To>::max())) {
    throw UsageError(
        fmt::format("{} is {} (the library called counts to {}); spread it over more "
                    "ranks or use a build with 64-bit indices",
                    what, value, std::numeric_limits<To>::max()));
  }
  return static_cast<To>(value);
}

}  // namespace catapult
