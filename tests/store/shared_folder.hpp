// A temporary folder of all ranks.
// defines: SharedFolder
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/communicator.hpp"

namespace catapult::testing {

/// A folder that all ranks share, removed at the end.
class SharedFolder {
 public:
  explicit SharedFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("catapult-" + name)) {
    std::string unique = std::to_string(getpid());
    world_.broadcast(unique);
    path_ += "-" + unique;
    if (world_.is_root()) std::filesystem::create_directories(path_);
    world_.barrier();
  }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  ~SharedFolder() {
    world_.barrier();
    std::error_code ignored;
    if (world_.is_root()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  Communicator world_{MPI_COMM_WORLD};
  std::filesystem::path path_;
};

}  // namespace catapult::testing
