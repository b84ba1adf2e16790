// What a study asks of a batch queue.
// defines: NodeLimits, JobRequest, job_request, sbatch_lines
#pragma once

#include <string>

#include "plan/plan.hpp"

namespace catapult {

/// Of the machine that the job will run on.
struct NodeLimits {
  int cores = 1;
  double memory = 0.0;  ///< bytes
};

struct JobRequest {
  int nodes = 1;
  int ranks = 1;
  int ranks_a_node = 1;
  double rank_bytes = 0.0;  ///< of the largest rank, with what its arithmetic may be off by
  double seconds = 0.0;     ///< expected; the queue is asked for more
};

/// One core a rank; fewer ranks a node than cores where memory is short. The plan must fit a node
/// with one rank.
JobRequest job_request(const StudyPlan& plan, int ranks, const NodeLimits& node,
                       const MachineParameters& machine);

/// "#SBATCH ..." lines, ready for a job script.
std::string sbatch_lines(const JobRequest& job, const std::string& name);

}  // namespace catapult
