#include "commands/result_file.hpp"

#include <fmt/format.h>

#include "base/standard_streams.hpp"

namespace catapult {

void write_result(const std::filesystem::path& path, const Communicator& world,
                  const std::function<void()>& write) {
  try {
    write();
  } catch (const Error& error) {
    if (error.code() != ExitCode::output) throw;
    throw OutputError(fmt::format("{}, or name another folder by --out FOLDER", error.what()));
  }
  on_root(world, [&] { print_out("written to {}\n", path.string()); });
}

}  // namespace catapult
