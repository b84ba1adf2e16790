#include "curvature/tiles.hpp"

namespace catapult {
namespace {

constexpr Index tile_rows = 256;      // at most: keeps the diagonal thin
constexpr Index tile_columns = 4096;  // products of some size

}  // namespace

std::vector<KernelTile> strips_of(const SampleLayout& rows, const SampleLayout& columns,
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
  const Index row_step = std::max<Index>(1, tile_rows / outputs);
  std::vector<KernelTile> strips;
  for (int owner = 0; owner < rows.width_ranks; ++owner) {
    const Block own = overlap(height, rows.of_rank(sample_rank, owner));
    for (Index row = own.begin; row < own.end; row += row_step) {
      const Index first = symmetric && step == 0 ? row : width.begin;
      strips.push_back({owner, {row, std::min(own.end, row + row_step)}, {first, width.end}});
    }
  }
  return strips;
}

std::vector<KernelTile> tiles_of(const SampleLayout& rows, const SampleLayout& columns,
                                 Index outputs, int sample_rank, int step, bool symmetric) {
  const Index column_step = std::max<Index>(1, tile_columns / outputs);
  std::vector<KernelTile> tiles;
  for (const KernelTile& strip : strips_of(rows, columns, outputs, sample_rank, step, symmetric)) {
    for (Index column = strip.columns.begin; column < strip.columns.end; column += column_step) {
      const Index end = std::min(strip.columns.end, column + column_step);
      tiles.push_back({strip.owner, strip.rows, {column, end}});
    }
  }
  return tiles;
}

}  // namespace catapult
