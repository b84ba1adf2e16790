// main of every test binary: the libraries are up while the tests run, rank 0 alone speaks.
#include <gmock/gmock.h>

#include "base/session.hpp"
#include "mpi_listener.hpp"

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
  MPI_Allreduce(MPI_IN_PLACE, &result, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  return result;
}
