#include "curvature/tiles.hpp"

namespace catapult {
namespace {

constexpr Index tile_rows = 1024, tile_columns = 1024;  // at most: products of some size
constexpr Index diagonal_rows = 256;                    // keeps the diagonal thin

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
  const auto samples_in = [&](Index most) { return std::max<Index>(1, most / outputs); };
  const bool diagonal = symmetric && step == 0;
  std::vector<KernelTile> strips;
  for (int owner = 0; owner < rows.width_ranks; ++owner) {
    const Block own = overlap(height, rows.of_rank(sample_rank, owner));
    for (Index row = own.begin; row < own.end; row += samples_in(tile_rows)) {
      const Block rows_of_strip{row, std::min(own.end, row + samples_in(tile_rows))};
      for (Index i = row; diagonal && i < rows_of_strip.end; i += samples_in(diagonal_rows)) {
        strips.push_back({owner,
                          {i, std::min(rows_of_strip.end, i + samples_in(diagonal_rows))},
                          {i, rows_of_strip.end}});
      }
      strips.push_back(
          {owner, rows_of_strip, {diagonal ? rows_of_strip.end : width.begin, width.end}});
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
