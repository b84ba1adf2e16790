// What a study asks of a batch queue.
// defines: JobRequest, job_request, sbatch_lines
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace catapult {

struct JobRequest {
  int nodes = 1;
  int ranks = 1;
  int ranks_a_node = 1;
  int cores_a_rank = 1;
  bool on_gpus = false;  ///< one a rank
  double rank_bytes =
      0.0;               ///< host memory of the largest rank, with what the estimate may be off by
  double seconds = 0.0;  ///< expected; the queue is asked for more
};

/// One core or GPU of `machine` a rank; fewer ranks a node where its memory is short. The plan must
/// fit a node with one rank.
JobRequest job_request(const StudyPlan& plan, int ranks, const Machine& machine);

/// "#SBATCH ..." lines, ready for a job script.
std::string sbatch_lines(const JobRequest& job, const std::string& name);

}  // namespace catapult
