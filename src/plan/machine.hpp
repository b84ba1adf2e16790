// What a machine can do, and how long it takes for a given amount of work.
// defines: RankKind, RankBytes, Machine, seconds_of, share_of_memory, fixed_machines,
// fixed_machine, reference_machine, machine_of_build, measured_machine, machine_cores
#pragma once

#include <string>
#include <vector>

#include "model/cost.hpp"

namespace catapult {

/// What a rank works on: a core of a CPU, or a GPU with its share of the node's cores.
enum class RankKind { core, gpu };

/// Bytes of a rank: in the memory of its node, and in that of its GPU. Ranks on cores have all
/// their arrays in the node's.
struct RankBytes {
  double host = 0.0;
  double device = 0.0;
};

/// Rates are of one rank while all ranks of its node work.
struct Machine {
  std::string name;
  RankKind rank = RankKind::core;
  int node_ranks = 1;              ///< cores of a node, or its GPUs
  int node_cores = 1;              ///< that jobs may use
  double node_bytes = 0.0;         ///< host memory of a node
  double device_bytes = 0.0;       ///< memory of a GPU
  double flops_f32 = 0.0;          ///< a second, of a large dense product, nothing rounded to less
  double flops_f64 = 0.0;          ///< likewise
  double function_f32 = 0.0;       ///< seconds for a value of tanh; 0: it is not seen beside memory
  double function_f64 = 0.0;       ///< likewise
  double memory_bandwidth = 0.0;   ///< bytes a second, read and written
  double launch = 0.0;             ///< seconds from one kernel to the next
  double latency = 0.0;            ///< seconds a message
  double network_bandwidth = 0.0;  ///< bytes a second sent
  RankBytes process;               ///< libraries, contexts, MPI buffers, before there is any data

  bool has_gpus() const { return rank == RankKind::gpu; }
  /// precision: "f32" or "f64".
  double flops(const std::string& precision) const {
    return precision == "f32" ? flops_f32 : flops_f64;
  }
  double function(const std::string& precision) const {
    return precision == "f32" ? function_f32 : function_f64;
  }
};

inline double seconds_of(const Work& work, const Machine& machine, const std::string& precision) {
  return work.flops / machine.flops(precision) + work.moved / machine.memory_bandwidth +
         work.functions * machine.function(precision) + work.launches * machine.launch +
         work.messages * machine.latency + work.sent / machine.network_bandwidth;
}

/// Of what a rank has: its share of the node's memory or its GPU's, whichever is fuller. Above 1
/// it does not fit.
double share_of_memory(const RankBytes& bytes, const Machine& machine);

/// Machines of known numbers: "cluster", "a100", "h100", "mi250x".
const std::vector<Machine>& fixed_machines();

/// By its name, which must be one of these.
const Machine& fixed_machine(const std::string& name);

/// What decides about grids, one machine for ranks on cores and one for those on GPUs: fixed, so
/// that all ranks, every restart and `check` for any such machine decide alike.
const Machine& reference_machine(RankKind rank);

/// The reference machine for what this build's kernels run on.
const Machine& machine_of_build();

/// This machine now: one rank's dense products, functions and memory are timed (0.8 s); Kokkos must
/// run. Ranks of one node exchange through memory, so no network is timed. Of GPUs the number and
/// the time of a launch are those of the reference machine.
Machine measured_machine();

/// Cores of this machine.
int machine_cores();

}  // namespace catapult
