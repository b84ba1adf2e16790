// main of every test binary: the libraries are up while the tests run, rank 0 alone speaks.
#include <gmock/gmock.h>

#include "base/session.hpp"
#include "mpi_listener.hpp"
#include "sanitizers.hpp"

// Defaults of the sanitizers, where the debug preset has them: see sanitizers.hpp.
#ifdef __SANITIZE_ADDRESS__
#define CATAPULT_SANITIZER_HOOK extern "C" __attribute__((visibility("default"), used)) const char*

CATAPULT_SANITIZER_HOOK __asan_default_options() { return "leak_check_at_exit=0"; }
CATAPULT_SANITIZER_HOOK __ubsan_default_options() { return "halt_on_error=1:print_stacktrace=1"; }
// Open MPI's, also in texts that it prints to memory.
CATAPULT_SANITIZER_HOOK __lsan_default_suppressions() {
  return "leak:libmpi.so\nleak:libopen-pal.so\nleak:libhwloc.so\nleak:libpmix.so\nleak:mca_\nleak:"
         "vasprintf\n";
}
#endif

int main(int argc, char** argv) {
  const catapult::MpiSession mpi(argc, argv);
  const catapult::Session session(catapult::Communicator(MPI_COMM_WORLD));
  ::testing::InitGoogleMock(&argc, argv);

  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new catapult::testing::MpiListener);

  int result = RUN_ALL_TESTS();
  if (catapult::testing::found_leaks()) result = 1;
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return result;
}
