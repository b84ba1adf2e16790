// Keys of the deck's [parallel] table.
// defines: ParallelOptions, describe
#pragma once

#include <string>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

/// The grid of ranks that trains one member.
struct ParallelOptions {
  Index width_ranks = 0;
  Index sample_ranks = 0;
  std::string memory = "auto";
  std::string gpu_aware_mpi = "auto";
};

template <class Visitor>
void describe(Visitor& option, ParallelOptions& o) {
  option("width_ranks", o.width_ranks, at_least(0), "ranks",
         "over which the neurons of a member are spread; 0: chosen");
  option("sample_ranks", o.sample_ranks, at_least(0), "ranks",
         "over which the samples of a batch are spread; 0: chosen");
  option("memory", o.memory, one_of({"auto", "stored", "recomputed"}), "",
         "activations of a network of one hidden layer: stored until they are needed again, or "
         "recomputed, to the same numbers; auto: stored where they fit the memory");
  option("gpu_aware_mpi", o.gpu_aware_mpi, one_of({"auto", "on", "off"}), "",
         "whether MPI is given device memory; auto: as MPI or MPICH_GPU_SUPPORT_ENABLED says; off: "
         "by way of the host");
}

}  // namespace catapult
