#include "plan/job_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace catapult {
namespace {

constexpr double memory_margin = 1.1;      // of the estimate
constexpr double seconds_of_start = 0.3;   // MPI, PETSc and the data of a deck of minutes
constexpr double seconds_of_files = 0.02;  // that a member writes
constexpr double time_margin = 1.5;        // other jobs share network and file system
constexpr double seconds_in_queue = 60.0;
constexpr double most_minutes = 60.0 * 1e6;  // more than Slurm counts: no queue grants it

/// Groups take members one by one: no sooner done than all ranks' shares, or the longest member.
double expected_seconds(const StudyPlan& plan, const Machine& machine) {
  double sum = 0.0, longest = 0.0;
  for (const MemberCost& cost : plan.costs) {
    double seconds = seconds_of(cost.total, machine, cost.precision);
    if (!plan.ensemble) seconds += seconds_of_files;
    sum += seconds;
    longest = std::max(longest, seconds);
  }
  if (plan.ensemble) return sum;  // of a rank's share of each part
  return std::max(longest, sum / plan.placement.groups);
}

/// `name` as a comment line of sbatch takes it: in quotes where it is no plain word.
std::string word_for_sbatch(std::string name) {
  std::erase_if(name, [](char letter) { return letter == '"' || letter == '\\'; });
  const auto plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.';
  };
  return std::all_of(name.begin(), name.end(), plain) ? name : "\"" + name + "\"";
}

/// Cores and memory. Ranks with GPUs ask for their node's memory as a whole, since some queues
/// count hardware threads in place of the cores that memory might be asked for by.
std::string share_of_node(const JobRequest& job) {
  const auto megabytes = [](double bytes) {
    return static_cast<Index>(std::ceil(bytes / (1 << 20)));
  };
  if (!job.on_gpus) {
    return fmt::format("#SBATCH --cpus-per-task=1\n#SBATCH --mem-per-cpu={}M\n",
                       megabytes(job.rank_bytes));
  }
  return fmt::format("#SBATCH --gpus-per-node={}\n#SBATCH --cpus-per-task={}\n#SBATCH --mem={}M\n",
                     job.ranks_a_node, job.cores_a_rank,
                     megabytes(job.ranks_a_node * job.rank_bytes));
}

}  // namespace

JobRequest job_request(const StudyPlan& plan, int ranks, const Machine& machine) {
  JobRequest job;
  job.ranks = ranks;
  job.on_gpus = machine.has_gpus();
  job.cores_a_rank = std::max(1, machine.node_cores / machine.node_ranks);
  for (const MemberCost& cost : plan.costs)
    job.rank_bytes = std::max(job.rank_bytes, cost.rank_bytes.host);
  job.rank_bytes = std::min(memory_margin * job.rank_bytes, machine.node_bytes);
  const double by_memory = std::floor(machine.node_bytes / job.rank_bytes);
  job.ranks_a_node =
      static_cast<int>(std::min<double>({double(ranks), double(machine.node_ranks), by_memory}));
  job.nodes = 1 + (ranks - 1) / job.ranks_a_node;
  job.seconds = seconds_of_start + expected_seconds(plan, machine);
  return job;
}

std::string sbatch_lines(const JobRequest& job, const std::string& name) {
  const auto minutes = static_cast<Index>(
      std::min(most_minutes, std::ceil((time_margin * job.seconds + seconds_in_queue) / 60.0)));
  return fmt::format(
      "#SBATCH --job-name={}\n"
      "#SBATCH --nodes={}\n"
      "#SBATCH --ntasks={}\n"
      "#SBATCH --ntasks-per-node={}\n"
      "{}"
      "#SBATCH --time={:02}:{:02}:00\n",
      word_for_sbatch(name), job.nodes, job.ranks, job.ranks_a_node, share_of_node(job),
      minutes / 60, minutes % 60);
}

}  // namespace catapult
