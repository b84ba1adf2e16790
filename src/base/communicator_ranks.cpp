// Which ranks work together, and how they wait for each other.
#include <chrono>
#include <thread>

#include "base/communicator.hpp"
#include "base/mpi_check.hpp"

namespace catapult {
namespace {

bool mpi_runs() {
  int started = 0, finished = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  return started != 0 && finished == 0;
}

}  // namespace

Communicator::Communicator(MPI_Comm original)
    : Communicator(Adopt{}, [original] {
        MPI_Comm copy = MPI_COMM_NULL;
        if (original == MPI_COMM_SELF && !mpi_runs()) return copy;
        mpi_check(MPI_Comm_dup(original, &copy), "MPI_Comm_dup");
        return copy;
      }()) {}

Communicator::Communicator(Adopt, MPI_Comm owned)
    : handle_(new MPI_Comm(owned), [](MPI_Comm* comm) {
        if (*comm != MPI_COMM_NULL && mpi_runs()) MPI_Comm_free(comm);
        delete comm;
      }) {
  if (owned == MPI_COMM_NULL) return;  // this process, without MPI
  MPI_Comm_rank(owned, &rank_);
  MPI_Comm_size(owned, &size_);
}

Communicator Communicator::split(int color, int key) const {
  if (size_ == 1) return *this;
  MPI_Comm part = MPI_COMM_NULL;
  mpi_check(MPI_Comm_split(get(), color, key, &part), "MPI_Comm_split");
  return Communicator(Adopt{}, part);
}

void Communicator::barrier(const std::function<void()>& meanwhile) const {
  if (size_ == 1) return;
  MPI_Request request = MPI_REQUEST_NULL;
  mpi_check(MPI_Ibarrier(get(), &request), "MPI_Ibarrier");
  for (;;) {
    int done = 0;
    mpi_check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done) return;
    meanwhile();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

int Communicator::ranks_of_node() const {
  if (size_ == 1) return 1;
  MPI_Comm node = MPI_COMM_NULL;
  mpi_check(MPI_Comm_split_type(get(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node),
            "MPI_Comm_split_type");
  return Communicator(Adopt{}, node).size();
}

void Communicator::barrier() const {
  if (size_ > 1) mpi_check(MPI_Barrier(get()), "MPI_Barrier");
}

}  // namespace catapult
