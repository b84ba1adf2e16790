#include "plan/memory.hpp"

#include <fmt/format.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>

#include "linalg/product.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// The number that a file of one line holds; without one ("max") no limit.
double limit_in(const fs::path& file) {
  std::ifstream in(file);
  double bytes = 0.0;
  return in >> bytes ? bytes : unlimited;
}

/// Of the folder `group` under `base` and all those it lies in, `base` the last.
double least_limit(const fs::path& base, fs::path group, const char* file) {
  double least = limit_in(base / file);
  for (group = group.relative_path(); !group.empty(); group = group.parent_path()) {
    least = std::min(least, limit_in(base / group / file));
  }
  return least;
}

/// A variable that holds a positive integer; 0 where it does not.
double number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return 0.0;
  const std::string digits = text;
  long long number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && number > 0 ? static_cast<double>(number) : 0.0;
}

/// What is left of a limit of which `used` bytes are taken.
double left_of(int resource, double used) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
  return std::max(0.0, static_cast<double>(limit.rlim_cur) - used);
}

double physical_memory() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace

MemoryLimits memory_limits() {
  // Pages: of the address space, resident, shared, of code, of libraries (0), of data and stack.
  double pages[6] = {};
  std::ifstream statm("/proc/self/statm");
  for (double& count : pages) statm >> count;
  const auto page = static_cast<double>(sysconf(_SC_PAGE_SIZE));
  return {
      .node = std::min(
          {physical_memory(), cgroup_limit("/proc/self/cgroup", "/sys/fs/cgroup"), slurm_limit()}),
      .rank = std::min(left_of(RLIMIT_AS, page * pages[0]), left_of(RLIMIT_DATA, page * pages[5])),
      .device = device_memory() > 0.0 ? device_memory() : unlimited};
}

bool fits(const RankBytes& bytes, int ranks_of_node, const MemoryLimits& limits) {
  return bytes.host <= limits.rank && bytes.host * ranks_of_node <= limits.node &&
         bytes.device <= limits.device;
}

double cgroup_limit(const fs::path& membership, const fs::path& mount) {
  double least = unlimited;
  std::ifstream lines(membership);
  for (std::string line; std::getline(lines, line);) {  // "NUMBER:CONTROLLERS:GROUP"
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const fs::path group = line.substr(second + 1);
    if (controllers == ",,") {  // version 2
      least = std::min(least, least_limit(mount, group, "memory.max"));
    } else if (controllers.find(",memory,") != std::string::npos) {
      least = std::min(least, least_limit(mount / "memory", group, "memory.limit_in_bytes"));
    }
  }
  return least;
}

double slurm_limit() {
  constexpr double megabyte = 1 << 20;
  const double of_node = number_in("SLURM_MEM_PER_NODE");
  const double of_cpus = number_in("SLURM_MEM_PER_CPU") * number_in("SLURM_CPUS_ON_NODE");
  return std::min(of_node > 0.0 ? megabyte * of_node : unlimited,
                  of_cpus > 0.0 ? megabyte * of_cpus : unlimited);
}

}  // namespace catapult
