// What a process may take: limits of control groups and of Slurm.
#include "plan/memory.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <limits>

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr double unlimited = std::numeric_limits<double>::infinity();

class ControlGroups : public ::testing::Test {
 protected:
  ControlGroups()
      : folder_(fs::temp_directory_path() / ("catapult-cgroup-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~ControlGroups() override { fs::remove_all(folder_); }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file) << text;
  }
  /// The limit of a process whose /proc/self/cgroup reads so.
  double limit(const std::string& membership) {
    write("membership", membership);
    return cgroup_limit(folder_ / "membership", folder_ / "mount");
  }

 private:
  fs::path folder_;
};

TEST_F(ControlGroups, OfVersionTwoCountFromTheInnermostOut) {
  write("mount/memory.max", "max\n");
  write("mount/slurm/memory.max", "4000\n");
  write("mount/slurm/job_1/memory.max", "max\n");
  write("mount/slurm/job_1/step_0/memory.max", "5000\n");
  EXPECT_EQ(limit("0::/slurm/job_1/step_0\n"), 4000.0);
  EXPECT_EQ(limit("0::/elsewhere\n"), unlimited);
}

TEST_F(ControlGroups, OfVersionOneAreThoseOfMemory) {
  write("mount/memory/docker/memory.limit_in_bytes", "3000\n");
  write("mount/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limit("12:cpu,cpuacct:/docker\n7:hugetlb,memory:/docker\n0::/\n"), 3000.0);
}

TEST_F(ControlGroups, ThatSayNothingLimitNothing) {
  for (const char* text : {"", "nonsense\n", "::\n", "0::\n", "0::/gone/away\n"}) {
    EXPECT_EQ(limit(text), unlimited) << text;
  }
  EXPECT_EQ(cgroup_limit("/nonexistent", "/nonexistent"), unlimited);
}

TEST(SlurmLimit, IsThatOfTheNodeOrOfItsCpus) {
  const auto limit = [](const char* node, const char* cpu, const char* cpus) {
    setenv("SLURM_MEM_PER_NODE", node, 1);
    setenv("SLURM_MEM_PER_CPU", cpu, 1);
    setenv("SLURM_CPUS_ON_NODE", cpus, 1);
    return slurm_limit() / (1 << 20);
  };
  EXPECT_EQ(limit("4096", "", ""), 4096.0);
  EXPECT_EQ(limit("", "1024", "3"), 3072.0);
  EXPECT_EQ(limit("0", "", ""), unlimited);  // all there is
  EXPECT_EQ(limit("4G", "-1", "many"), unlimited);
}

}  // namespace
}  // namespace catapult
