// How the blocks of an assembled kernel are shared by the ranks of a grid.
// defines: SampleLayout, KernelTile, ring_steps, strips_of, tiles_of
#pragma once

#include <vector>

#include "base/grid.hpp"
#include "base/partition.hpp"

namespace catapult {

/// Where samples lie: in blocks over the sample ranks, and within such a block over the width
/// ranks, so that every rank holds some whole ones. All indices are global.
struct SampleLayout {
  Index samples = 0;
  int sample_ranks = 1;
  int width_ranks = 1;

  SampleLayout(const GridShape& grid, Index all)
      : samples(all), sample_ranks(grid.sample_ranks), width_ranks(grid.width_ranks) {}

  Block of_sample_rank(int sample_rank) const {
    return block_of(samples, sample_ranks, sample_rank);
  }
  Block of_rank(int sample_rank, int width_rank) const {
    const Block all = of_sample_rank(sample_rank);
    const Block own = block_of(all.size(), width_ranks, width_rank);
    return {all.begin + own.begin, all.begin + own.end};
  }
};

/// Part of the kernel that the width ranks of one sample rank compute together.
struct KernelTile {
  int owner = 0;  ///< width rank that holds these rows
  Block rows;     ///< samples
  Block columns;  ///< samples
};

/// In step d of the ring, sample rank s computes its rows against the columns of sample rank
/// s + d. A symmetric kernel is complete after half a turn: each block is sent to the owners of
/// its mirror image as well.
inline int ring_steps(const SampleLayout& layout, bool symmetric) {
  return symmetric ? layout.sample_ranks / 2 + 1 : layout.sample_ranks;
}

/// What `sample_rank` computes in one step, in strips (`outputs` rows and columns a sample): of
/// some rows all their columns, but of fewer rows where they meet the diagonal. symmetric: rows and
/// columns are the same samples, and only one of each pair of mirror images is listed.
std::vector<KernelTile> strips_of(const SampleLayout& rows, const SampleLayout& columns,
                                  Index outputs, int sample_rank, int step, bool symmetric);

/// The same, cut into tiles of bounded size, in the order in which they are computed.
std::vector<KernelTile> tiles_of(const SampleLayout& rows, const SampleLayout& columns,
                                 Index outputs, int sample_rank, int step, bool symmetric);

}  // namespace catapult
