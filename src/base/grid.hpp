// The ranks of one member as a grid.
// defines: GridShape, Grid, make_grid
#pragma once

#include "base/communicator.hpp"

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

/// Sample ranks hold blocks of the samples; the width ranks of a block share the work on it. Rank
/// number r = (sample rank) * width.size() + (width rank), so those who share a block are
/// neighbours.
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

}  // namespace catapult
