// The ranks of one member as a grid, and how the features of a layer lie on it.
// defines: Grid, make_grid, Place, shard_widths, local_features
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "base/partition.hpp"

namespace catapult {

/// width ranks share the neurons of every layer, sample ranks the rows of a batch. Rank number
/// r = (sample rank) * width.size() + (width rank), so neighbours share neurons.
struct Grid {
  Communicator all;
  Communicator width;
  Communicator samples;
};

/// Collective over `all`, whose size must be width_ranks * sample_ranks.
inline Grid make_grid(const Communicator& all, int width_ranks) {
  const int column = all.rank() % width_ranks, row = all.rank() / width_ranks;
  return {all, all.split(row, column), all.split(column, row)};
}

/// A place between two layers: how many features, and whether each width rank holds its block of
/// them (sharded) or all of them (replicated).
struct Place {
  Index features = 0;
  bool sharded = false;
};

/// Sizes of the blocks into which `features` fall over the width ranks.
inline std::vector<Index> shard_widths(const Grid& grid, Index features) {
  std::vector<Index> widths;
  for (int rank = 0; rank < grid.width.size(); ++rank) {
    widths.push_back(block_of(features, grid.width.size(), rank).size());
  }
  return widths;
}

/// Features of a place that this rank holds.
inline Block local_features(const Grid& grid, const Place& place) {
  if (!place.sharded) return {0, place.features};
  return block_of(place.features, grid.width.size(), grid.width.rank());
}

}  // namespace catapult
