// Memory that the ranks of this machine may use.
// defines: MemoryLimits, memory_limits, fits, cgroup_limit, slurm_limit
#pragma once

#include <filesystem>
#include <limits>

#include "plan/machine.hpp"

namespace catapult {

/// Bytes.
struct MemoryLimits {
  double node = std::numeric_limits<double>::infinity();  ///< that all ranks of a node share
  double rank = std::numeric_limits<double>::infinity();  ///< of each rank
  /// Of each rank's GPU.
  double device = std::numeric_limits<double>::infinity();
};

/// Of this process. node: the least of the physical memory, the limit of its cgroup and what Slurm
/// has granted; rank: what is left below `ulimit -v` and `ulimit -d`; device: all its memory.
MemoryLimits memory_limits();

/// Whether ranks that need so much each, of which a node has so many, stay within them.
bool fits(const RankBytes& bytes, int ranks_of_node, const MemoryLimits& limits);

/// The least limit of the cgroups (version 1 or 2) that the file `membership` (/proc/self/cgroup)
/// names and of those that contain them, their folders under `mount` (/sys/fs/cgroup); infinite
/// where there is none.
double cgroup_limit(const std::filesystem::path& membership, const std::filesystem::path& mount);

/// From the variables that Slurm sets for --mem and --mem-per-cpu; infinite where there are none.
double slurm_limit();

}  // namespace catapult
