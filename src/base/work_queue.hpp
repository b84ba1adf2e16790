// Numbers handed out one by one to whoever asks first.
// defines: WorkQueue
#pragma once

#include "base/communicator.hpp"

namespace catapult {

/// Counts 0, 1, 2, ... over all ranks of a communicator; groups of ranks take the next number when
/// they are done with their last. Where MPI has no one-sided access between the nodes (Debian's
/// Open MPI over TCP), the numbers are dealt out to the groups in turn. Creation and destruction
/// are collective over `all`.
class WorkQueue {
 public:
  /// This rank is of group `group` of so many.
  WorkQueue(const Communicator& all, int group, int groups);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// The next number, the same on all ranks of `group`. Collective over `group`.
  Index next(const Communicator& group);

 private:
  Communicator all_;
  Index dealt_;  ///< next number of this group where there is no window
  int groups_;
  MPI_Win window_ = MPI_WIN_NULL;
  Index* counter_ = nullptr;  ///< lives on rank 0
};

}  // namespace catapult
