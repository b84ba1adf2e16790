#include "base/integer.hpp"

#include <fmt/format.h>

namespace catapult {

void throw_too_many(const char* what, Index value, Index most) {
  throw UsageError(
      fmt::format("{} is {} (the library called counts to {}); spread it over more ranks or use a "
                  "build with 64-bit indices",
                  what, value, most));
}

}  // namespace catapult
