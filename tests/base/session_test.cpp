// What the libraries of a session leave of the process.
#include "base/session.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace catapult {
namespace {

/// Bytes of this process that are in memory.
double memory_of_process() {
  std::ifstream file("/proc/self/statm");
  double all = 0.0, in_memory = 0.0;
  file >> all >> in_memory;
  return in_memory * static_cast<double>(sysconf(_SC_PAGESIZE));
}

TEST(Session, LetsALargeArrayGoBackToTheSystem) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  constexpr std::size_t size = std::size_t{1} << 28;
  const double before = memory_of_process();
  auto* array = static_cast<volatile char*>(std::malloc(size));
  for (std::size_t i = 0; i < size; i += 4096) array[i] = 1;
  const double with = memory_of_process();
  auto* behind = static_cast<volatile char*>(std::malloc(1 << 16));  // not at the end of a heap
  behind[0] = 1;
  std::free(const_cast<char*>(array));
  EXPECT_GT(with - before, 0.9 * size);
  EXPECT_LT(memory_of_process() - before, 0.1 * size);
  std::free(const_cast<char*>(behind));
}

}  // namespace
}  // namespace catapult
