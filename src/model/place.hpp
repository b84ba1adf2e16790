// How the channels between two layers lie on a grid of ranks.
// defines: Place, local_channels, local_features, shard_widths
#pragma once

#include <vector>

#include "base/grid.hpp"
#include "base/partition.hpp"

namespace catapult {

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
