// How a range of rows or neurons is split into contiguous blocks, one a rank.
// defines: Block, overlap, block_of, part_holding
#pragma once

#include <Kokkos_Macros.hpp>
#include <algorithm>

#include "base/integer.hpp"

namespace catapult {

/// The half-open range [begin, end).
struct Block {
  Index begin = 0;
  Index end = 0;

  KOKKOS_FUNCTION Index size() const { return end - begin; }
  bool operator==(const Block&) const = default;
};

/// What two blocks share; empty where that is nothing.
inline Block overlap(const Block& a, const Block& b) {
  const Index begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

/// Block number `part` of `count` things split over `parts`: sizes differ by at most one, the
/// first blocks are the larger ones.
inline Block block_of(Index count, Index parts, Index part) {
  const Index size = count / parts;
  const Index larger = count % parts;
  const Index begin = part * size + std::min(part, larger);
  return {begin, begin + size + (part < larger ? 1 : 0)};
}

/// The part whose block holds thing number `index`.
inline Index part_holding(Index index, Index count, Index parts) {
  const Index size = count / parts;
  const Index of_larger = count % parts * (size + 1);  // things in the larger blocks
  return index < of_larger ? index / (size + 1) : count % parts + (index - of_larger) / size;
}

}  // namespace catapult
