#include "study/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "model/build.hpp"

namespace catapult {

Placement place_members(const Deck& deck, int ranks, Index members) {
  const Index asked = deck.parallel.width_ranks * deck.parallel.sample_ranks;
  if (asked > ranks) {
    throw UsageError(fmt::format(
        "parallel.width_ranks = {} times parallel.sample_ranks = {} are {} ranks a member (there "
        "are {}); start more ranks, or ask for fewer",
        deck.parallel.width_ranks, deck.parallel.sample_ranks, asked, ranks));
  }
  const Index most =
      asked > 0 ? std::min<Index>(members, ranks / asked) : std::min<Index>(members, ranks);
  const Index at_once = deck.study.members_at_once;
  Placement placement;
  if (at_once > 0) {
    placement.groups = static_cast<int>(std::min(at_once, most));
  } else {
    placement.groups = static_cast<int>(most);
    while (asked == 0 && ranks % placement.groups != 0) --placement.groups;
  }
  placement.group_size = asked > 0 ? static_cast<int>(asked) : ranks / placement.groups;
  return placement;
}

int width_ranks_of(const Deck& deck, int ranks) {
  const Index width = deck.parallel.width_ranks, samples = deck.parallel.sample_ranks;
  const Index given = width > 0 ? width : samples;
  if (given > 0) {
    const Index other = width > 0 && samples > 0 ? samples : ranks / given;
    if (given * other != ranks) {
      throw UsageError(fmt::format(
          "parallel.{}_ranks is {} (a member has {} ranks, which this does not divide); start "
          "another number of ranks, or set study.members_at_once",
          width > 0 ? "width" : "sample", given, ranks));
    }
    return static_cast<int>(width > 0 ? width : other);
  }
  Index narrowest = std::numeric_limits<Index>::max();
  for (const Index neurons : hidden_widths(deck.model)) narrowest = std::min(narrowest, neurons);
  int fitting = static_cast<int>(std::min<Index>(ranks, narrowest));
  while (ranks % fitting != 0) --fitting;
  return fitting;
}

}  // namespace catapult
