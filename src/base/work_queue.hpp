// Numbers handed out one by one to whoever asks first.
// defines: WorkQueue
#pragma once

#include "base/communicator.hpp"

namespace catapult {

/// Counts 0, 1, 2, ... over all ranks of a communicator; groups of ranks take the next number when
/// they are done with their last. Creation and destruction are collective over `all`.
class WorkQueue {
 public:
  explicit WorkQueue(const Communicator& all);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// The next number, the same on all ranks of `group`. Collective over `group`.
  Index next(const Communicator& group);

 private:
  Communicator all_;
  MPI_Win window_ = MPI_WIN_NULL;
  Index* counter_ = nullptr;  ///< lives on rank 0
};

}  // namespace catapult
