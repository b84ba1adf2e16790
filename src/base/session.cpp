#include "base/session.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <slepcsys.h>

#include <Kokkos_Core.hpp>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>

#include "base/petsc.hpp"

namespace catapult {
namespace {

constexpr double most_threads = 10000.0;  // the runtime of OpenMP dies of some more

/// OMP_NUM_THREADS is a list, one number for each level of nesting. What is no number OpenMP itself
/// warns of and passes over.
void check_threads() {
  const char* asked = std::getenv("OMP_NUM_THREADS");
  std::istringstream numbers(asked ? asked : "");
  for (std::string number; std::getline(numbers, number, ',');) {
    if (std::strtod(number.c_str(), nullptr) <= most_threads) continue;
    throw UsageError(fmt::format(
        "OMP_NUM_THREADS is {} (no rank starts more than {:.0f} threads); set it to the cores that "
        "a rank has",
        asked, most_threads));
  }
}

/// A library below PETSc (SuperLU_DIST) has malloc keep for good whatever is freed, in one heap
/// that falls to pieces. Large arrays go back to the system again.
void return_freed_memory() {
#ifdef __GLIBC__
  constexpr int arrays = 1 << 25, most = 1 << 16, heap_end = 1 << 27;
  mallopt(M_MMAP_MAX, most);
  mallopt(M_MMAP_THRESHOLD, arrays);  // bytes of an array with pages of its own
  mallopt(M_TRIM_THRESHOLD, heap_end);
#endif
}

}  // namespace

MpiSession::MpiSession(int& argc, char** argv) {
  // One process without mpirun needs no daemon of Open MPI beside it, a fifth of its start.
  setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  int provided = 0;
  if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    throw std::runtime_error("MPI_Init_thread failed");
  }
}
MpiSession::~MpiSession() { MPI_Finalize(); }

KokkosSession::KokkosSession() {
  check_threads();
  return_freed_memory();
  try {
    Kokkos::initialize();
  } catch (const std::exception& problem) {
    throw UsageError(fmt::format(
        "Kokkos does not start ({}); correct or unset the KOKKOS_ variable", problem.what()));
  }
}
KokkosSession::~KokkosSession() { Kokkos::finalize(); }

Session::Session(const Communicator& world) {
  on_all(world, [&] { kokkos_.emplace(); });
  petsc_.emplace();
}
Session::~Session() = default;

Session::ScopedPetsc::ScopedPetsc() {
  setenv("PETSC_OPTIONS", own_petsc_options().c_str(), 1);
  unsetenv("PETSC_OPTIONS_YAML");
  // No file of options, and no handler of signals: both belong to the study.
  const char* arguments[] = {"catapult", "-skip_petscrc", "-no_signal_handler", nullptr};
  int count = 3;
  char** list = const_cast<char**>(arguments);
  petsc_check(SlepcInitialize(&count, &list, nullptr, nullptr), "SlepcInitialize");
  petsc_check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr), "PetscPushErrorHandler");
}
Session::ScopedPetsc::~ScopedPetsc() { SlepcFinalize(); }

}  // namespace catapult
