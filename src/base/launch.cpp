#include "base/launch.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <cstdlib>

namespace catapult {

std::string advice_on_launch() {
  const char* tasks = std::getenv("SLURM_STEP_NUM_TASKS");
  const long started = tasks == nullptr ? 1 : std::strtol(tasks, nullptr, 10);
  int known = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &known);
  if (started < 2 || known > 1) return "";
  return fmt::format(
      "srun has started {} processes and each runs the study by itself (MPI does not see the "
      "others); start them by srun --mpi=pmix or mpirun",
      started);
}

}  // namespace catapult
