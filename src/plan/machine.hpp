// What a machine can do, and how long it takes for a given amount of work.
// defines: MachineParameters, seconds_of, cluster_machine, measured_machine, machine_cores
#pragma once

#include <string>

#include "model/cost.hpp"

namespace catapult {

/// Of one rank while all ranks of its node work.
struct MachineParameters {
  std::string name;
  double flops = 0.0;              ///< a second, of a large dense product
  double memory_bandwidth = 0.0;   ///< bytes a second, read and written
  double latency = 0.0;            ///< seconds a message
  double network_bandwidth = 0.0;  ///< bytes a second sent
  double memory = 0.0;             ///< bytes
};

inline double seconds_of(const Work& work, const MachineParameters& machine) {
  return work.flops / machine.flops + work.moved / machine.memory_bandwidth +
         work.messages * machine.latency + work.sent / machine.network_bandwidth;
}

constexpr int cluster_node_cores = 128;
constexpr double cluster_node_bytes = 512e9;

/// Fixed: a node of 128 cores (two 64-core processors with AVX2, 512 GB, 400 GB/s) on a network
/// of 200 Gbit/s, one rank a core. precision: "f32" or "f64". What decides about a grid, so that
/// all ranks and every restart decide alike.
MachineParameters cluster_machine(const std::string& precision);

/// This machine now: one rank's dense product and memory are timed (0.2 s). Ranks of one node
/// exchange through memory, so no network is timed.
MachineParameters measured_machine(const std::string& precision);

/// Cores of this machine.
int machine_cores();

}  // namespace catapult
