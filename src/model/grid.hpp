// The ranks of one member as a grid, and how the channels of a layer lie on it.
// defines: GridShape, Grid, make_grid, Place, shard_widths, local_features
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "base/partition.hpp"

namespace catapult {

/// A grid of ranks as numbers, and a place in it: all that shapes depend on. The first place holds
/// the largest blocks.
struct GridShape {
  int width_ranks = 1;
  int sample_ranks = 1;
  int width_rank = 0;
  int sample_rank = 0;

  int ranks() const { return width_ranks * sample_ranks; }
  bool operator==(const GridShape&) const = default;
};

/// width ranks share the neurons of every layer, sample ranks the rows of a batch. Rank number
/// r = (sample rank) * width.size() + (width rank), so neighbours share neurons.
struct Grid {
  Communicator all;
  Communicator width;
  Communicator samples;

  GridShape shape() const { return {width.size(), samples.size(), width.rank(), samples.rank()}; }
};

/// Collective over `all`, whose size must be width_ranks * sample_ranks.
inline Grid make_grid(const Communicator& all, int width_ranks) {
  const int column = all.rank() % width_ranks, row = all.rank() / width_ranks;
  return {all, all.split(row, column), all.split(column, row)};
}

/// A place between two layers: channels (neurons, where a channel has one position) and the image
/// positions of each, position by position, channels contiguous; and whether each width rank holds
/// its block of the channels (sharded) or all of them (replicated).
struct Place {
  Index channels = 0;
  bool sharded = false;
  Index height = 1;
  Index width = 1;

  Index positions() const { return height * width; }
  Index features() const { return channels * positions(); }
  bool operator==(const Place&) const = default;
};

/// Channels of a place that a rank holds.
inline Block local_channels(const GridShape& grid, const Place& place) {
  if (!place.sharded) return {0, place.channels};
  return block_of(place.channels, grid.width_ranks, grid.width_rank);
}

/// Features of a place that a rank holds: all positions of its channels.
inline Index local_features(const GridShape& grid, const Place& place) {
  return local_channels(grid, place).size() * place.positions();
}

/// Features of a place on each width rank, were it sharded.
inline std::vector<Index> shard_widths(const GridShape& grid, const Place& place) {
  std::vector<Index> widths;
  for (int rank = 0; rank < grid.width_ranks; ++rank) {
    widths.push_back(block_of(place.channels, grid.width_ranks, rank).size() * place.positions());
  }
  return widths;
}

}  // namespace catapult
