// The file of a result that has been printed already.
// defines: write_result
#pragma once

#include <filesystem>
#include <functional>

#include "base/communicator.hpp"

namespace catapult {

/// Calls `write` for a result that goes to `path`, and tells where it is. By default that is beside
/// the checkpoint, which may be a colleague's: an OutputError advises --out. Collective.
void write_result(const std::filesystem::path& path, const Communicator& world,
                  const std::function<void()>& write);

}  // namespace catapult
