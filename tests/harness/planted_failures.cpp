// Tests that fail on purpose; the harness is tested by how it tells of them.
#include <gtest/gtest.h>
#include <mpi.h>

#include <stdexcept>

namespace {

int own_rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

TEST(Planted, PassesEverywhere) { EXPECT_GE(own_rank(), 0); }

TEST(Planted, FailsOnRankOneOnly) {
  if (own_rank() == 1) {
    ADD_FAILURE() << "only rank one knows this";
  }
}

TEST(Planted, LeavesTheOthersWaiting) {
  if (own_rank() == 1) throw std::runtime_error("rank one is gone");
  MPI_Barrier(MPI_COMM_WORLD);
}

}  // namespace
