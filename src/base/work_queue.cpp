#include "base/work_queue.hpp"

#include <exception>
#include <utility>

namespace catapult {
namespace {

void check(int code, const char* call) {
  if (code != MPI_SUCCESS) throw std::runtime_error(std::string(call) + " failed");
}

}  // namespace

WorkQueue::WorkQueue(const Communicator& all, int group, int groups)
    : all_(all), dealt_(group), groups_(groups) {
  if (groups == 1) return;
  const MPI_Aint bytes = all.is_root() ? sizeof(Index) : 0;
  // Not every network has windows (Debian's Open MPI has none over TCP), which must not end the
  // job.
  MPI_Comm_set_errhandler(all.get(), MPI_ERRORS_RETURN);
  const int code =
      MPI_Win_allocate(bytes, sizeof(Index), MPI_INFO_NULL, all.get(), &counter_, &window_);
  MPI_Comm_set_errhandler(all.get(), MPI_ERRORS_ARE_FATAL);
  if (all.max(code == MPI_SUCCESS ? 0.0 : 1.0) > 0.0) {
    window_ = MPI_WIN_NULL;
    return;
  }
  if (all.is_root()) *counter_ = 0;
  all.barrier();
}

WorkQueue::~WorkQueue() {
  // Freeing is collective: not where an error of one rank unwinds.
  if (window_ != MPI_WIN_NULL && std::uncaught_exceptions() == 0) MPI_Win_free(&window_);
}

Index WorkQueue::next(const Communicator& group) {
  if (window_ == MPI_WIN_NULL) return std::exchange(dealt_, dealt_ + groups_);
  Index number = 0;
  if (group.is_root()) {
    const Index one = 1;
    check(MPI_Win_lock(MPI_LOCK_SHARED, 0, 0, window_), "MPI_Win_lock");
    check(MPI_Fetch_and_op(&one, &number, MPI_INT64_T, 0, 0, MPI_SUM, window_), "MPI_Fetch_and_op");
    check(MPI_Win_unlock(0, window_), "MPI_Win_unlock");
  }
  group.broadcast(&number, 1);
  return number;
}

}  // namespace catapult
