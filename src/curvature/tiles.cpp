#include "curvature/tiles.hpp"

namespace catapult {
namespace {

constexpr Index tile_columns = 4096;  // products of some size

}  // namespace

std::vector<KernelTile> tiles_of(const SampleLayout& rows, const SampleLayout& columns,
                                 Index outputs, int sample_rank, int step, bool symmetric) {
  const int partner = (sample_rank + step) % columns.sample_ranks;
  Block height = rows.of_sample_rank(sample_rank), width = columns.of_sample_rank(partner);
  if (symmetric && step > 0 && 2 * step == rows.sample_ranks) {
    // Both ranks of the pair come here: cut at the middle of the lower rank's samples.
    if (sample_rank < partner) {
      height.end = height.begin + height.size() / 2;
    } else {
      width.begin += width.size() / 2;
    }
  }
  const Index row_step = std::max<Index>(1, kernel_tile_rows / outputs);
  const Index column_step = std::max<Index>(1, tile_columns / outputs);
  std::vector<KernelTile> tiles;
  for (int owner = 0; owner < rows.width_ranks; ++owner) {
    const Block own = overlap(height, rows.of_rank(sample_rank, owner));
    for (Index row = own.begin; row < own.end; row += row_step) {
      const Block tile{row, std::min(own.end, row + row_step)};
      const Index first = symmetric && step == 0 ? row : width.begin;
      for (Index column = first; column < width.end; column += column_step) {
        tiles.push_back({owner, tile, {column, std::min(width.end, column + column_step)}});
      }
    }
  }
  return tiles;
}

}  // namespace catapult
