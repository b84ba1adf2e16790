// The samples of one pass: how many, which of them are this rank's, which share statistics.
// defines: Batch, batch_on
#pragma once

#include "base/grid.hpp"
#include "base/partition.hpp"

namespace catapult {

/// Samples 0 ... samples - 1, spread over the sample ranks.
struct Batch {
  Index samples = 0;  ///< of all sample ranks
  Block mine;         ///< of this one
  /// Consecutive samples that share batch statistics, the last group may have fewer; 0: all do.
  Index group = 0;
  bool outputs_only = false;  ///< no other map follows the forward pass

  Index groups() const { return group == 0 || samples == 0 ? 1 : (samples + group - 1) / group; }
  Block group_number(Index number) const {
    if (group == 0) return {0, samples};
    return {number * group, std::min(samples, (number + 1) * group)};
  }
};

/// This rank's block of `samples`.
inline Batch batch_on(const GridShape& grid, Index samples, Index group = 0) {
  return {samples, block_of(samples, grid.sample_ranks, grid.sample_rank), group};
}

}  // namespace catapult
