#include "plan/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "layers/build.hpp"
#include "plan/network_costs.hpp"

namespace catapult {

Placement place_members(const Deck& deck, int ranks, Index members) {
  const Index width = deck.parallel.width_ranks, samples = deck.parallel.sample_ranks;
  if (width > 0 && samples > ranks / width) {
    throw UsageError(fmt::format(
        "parallel.width_ranks = {} times parallel.sample_ranks = {} are more ranks a member than "
        "there are ({}); start more ranks, or ask for fewer",
        width, samples, ranks));
  }
  const Index asked = width * samples;
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

Placement place_study(const Study& study, int ranks) {
  if (study.is_ensemble()) return {ranks, 1};
  return place_members(study.base, ranks, study.count());
}

namespace {

/// Largest first.
std::vector<int> divisors_of(int number) {
  std::vector<int> small, large;
  for (int d = 1; d <= number / d; ++d) {
    if (number % d != 0) continue;
    large.push_back(number / d);
    if (d != number / d) small.push_back(d);
  }
  large.insert(large.end(), small.rbegin(), small.rend());
  return large;
}

/// Grids of `ranks` whose ranks all hold neurons and samples; where there is none, those whose
/// ranks all hold neurons. More width ranks come first.
std::vector<GridShape> possible_grids(const Deck& deck, const DataShape& data, int ranks) {
  const Index most = most_width_ranks(deck.model, data.inputs);
  const Index batch = batch_of(deck, data);
  std::vector<GridShape> all, filled;
  for (const int width : divisors_of(ranks)) {
    if (width > most) continue;
    all.push_back({width, ranks / width});
    if (ranks / width <= batch) filled.push_back(all.back());
  }
  return filled.empty() ? all : filled;
}

GridShape cheapest_grid(const Deck& deck, const DataShape& data, int ranks,
                        const Machine& machine) {
  const auto cost = [&](const GridShape& grid) {
    const MemberCost member = cost_within(deck, data, grid, machine, [&](const RankBytes& bytes) {
      return share_of_memory(bytes, machine) <= 1.0;
    });
    const double share = share_of_memory(member.rank_bytes, machine);
    const bool fits = share <= 1.0;
    return std::pair(!fits, fits ? seconds_of(member.step, machine, member.precision) : share);
  };
  const std::vector<GridShape> grids = possible_grids(deck, data, ranks);
  return *std::min_element(grids.begin(), grids.end(), [&](const GridShape& a, const GridShape& b) {
    return cost(a) < cost(b);
  });
}

}  // namespace

GridShape grid_of(const Deck& deck, const DataShape& data, int ranks, const Machine& machine) {
  const Index width = deck.parallel.width_ranks, samples = deck.parallel.sample_ranks;
  const Index given = width > 0 ? width : samples;
  if (given == 0) return cheapest_grid(deck, data, ranks, machine);
  const Index other = width > 0 && samples > 0 ? samples : ranks / given;
  if (given * other != ranks) {
    throw UsageError(fmt::format(
        "parallel.{}_ranks is {} (a member has {} ranks, which this does not divide); start "
        "another number of ranks, or set study.members_at_once",
        width > 0 ? "width" : "sample", given, ranks));
  }
  const GridShape grid{static_cast<int>(given), static_cast<int>(other)};
  return width > 0 ? grid : GridShape{grid.sample_ranks, grid.width_ranks};
}

}  // namespace catapult
