#include "base/error.hpp"

#include <mpi.h>

#include <cstdio>
#include <cstdlib>

#include "base/standard_streams.hpp"

namespace catapult {

void abort_job(ExitCode code, const std::string& message) {
  print_error(message);
  std::fflush(nullptr);
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  std::abort();
}

}  // namespace catapult
