#include "base/fault.hpp"

#include <mpi.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>

namespace catapult {

#ifdef CATAPULT_FAULT_INJECTION
namespace {

struct Fault {
  std::string point, rank, number, effect;
};

const Fault& planned_fault() {
  static const Fault fault = [] {
    Fault read;
    const char* text = std::getenv("CATAPULT_FAULT");
    std::istringstream fields(text ? text : "");
    std::getline(fields, read.point, ':');
    std::getline(fields, read.rank, ':');
    std::getline(fields, read.number, ':');
    std::getline(fields, read.effect, ':');
    return read;
  }();
  return fault;
}

}  // namespace

void fault_point(const char* point) {
  static int passages = 0;
  const Fault& fault = planned_fault();
  if (fault.point != point) return;
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (fault.rank != "*" && fault.rank != std::to_string(rank)) return;
  if (std::to_string(++passages) != fault.number) return;
  while (fault.effect == "hang") pause();
  std::raise(SIGKILL);
}

#else

void fault_point(const char*) {}

#endif

}  // namespace catapult
