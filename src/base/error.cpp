#include "base/error.hpp"

#include <mpi.h>

#include <cstdio>
#include <cstdlib>

namespace catapult {

void abort_job(ExitCode code, const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  std::fflush(nullptr);
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::abort();
}

}  // namespace catapult
