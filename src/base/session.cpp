#include "base/session.hpp"

#include <slepcsys.h>

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "base/petsc.hpp"

namespace catapult {

Session::Session(int& argc, char** argv) : mpi_(argc, argv), kokkos_(argc, argv) {}
Session::~Session() = default;

Session::ScopedMpi::ScopedMpi(int& argc, char** argv) {
  int provided = 0;
  if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    throw std::runtime_error("MPI_Init_thread failed");
  }
}
Session::ScopedMpi::~ScopedMpi() { MPI_Finalize(); }

KokkosSession::KokkosSession() { Kokkos::initialize(); }

KokkosSession::KokkosSession(int& argc, char** argv) {
  Kokkos::initialize(argc, argv);
  // Kokkos 3.4 leaves options of later versions in place; our command line does not know them.
  const auto ours = [](const char* argument) {
    return std::string_view(argument).rfind("--kokkos-", 0) != 0;
  };
  argc = static_cast<int>(std::stable_partition(argv, argv + argc, ours) - argv);
  argv[argc] = nullptr;
}
KokkosSession::~KokkosSession() { Kokkos::finalize(); }

Session::ScopedPetsc::ScopedPetsc() {
  // No file of options, and no handler of signals: both belong to the study.
  const char* arguments[] = {"catapult", "-skip_petscrc", "-no_signal_handler", nullptr};
  int count = 3;
  char** list = const_cast<char**>(arguments);
  petsc_check(SlepcInitialize(&count, &list, nullptr, nullptr), "SlepcInitialize");
  petsc_check(PetscPushErrorHandler(PetscReturnErrorHandler, nullptr), "PetscPushErrorHandler");
}
Session::ScopedPetsc::~ScopedPetsc() { SlepcFinalize(); }

}  // namespace catapult
