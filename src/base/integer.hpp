// Counts are 64-bit; libraries that want 32 bits get them through one checked narrowing.
// defines: Index, narrow
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/error.hpp"

namespace catapult {

using Index = std::int64_t;  ///< every count and every index into an array

/// Throws UsageError: `what` is `value`, more than `most`. No message is built in this header,
/// which reaches every kernel.
[[noreturn]] void throw_too_many(const char* what, Index value, Index most);

/// `value` as a To. Throws UsageError where it does not fit; `what` names the count.
template <class To>
To narrow(Index value, const char* what) {
  static_assert(std::is_integral_v<To> && sizeof(To) <= sizeof(Index));
  constexpr auto most = static_cast<Index>(std::numeric_limits<To>::max());
  if (value < Index{std::numeric_limits<To>::min()} || value > most) {
    throw_too_many(what, value, most);
  }
  return static_cast<To>(value);
}

}  // namespace catapult
