// The search of a study for phase boundaries: of each combination of its sweep, by trainings at one
// c after another. defines: Search, search_so_far, searches, deck_at, write_boundaries, all_trials
#pragma once

#include "study/brackets.hpp"
#include "study/summary.hpp"

namespace catapult {

/// What the run folder holds of one combination.
struct Search {
  Brackets brackets;
  std::vector<MemberId> trials;  ///< finished, in the order of their c's choice
  std::optional<double> next;    ///< c of the next one
};

/// Replays the trials of `member` from their files: their order is determined by what they found.
Search search_so_far(const std::filesystem::path& run, const Study& study, Index member);

inline bool searches(const Study& study) { return !study.base.boundary.find.empty(); }

/// The deck of a training at c: one that searches nothing.
Deck deck_at(const Deck& deck, double c);

/// boundaries.csv, and its rows: member and its swept keys, boundary, c, c_low, c_high, members
/// (trainings of this combination, which tell of all boundaries), monotone. Where a boundary lies
/// outside of `between`, c and the end that is not known are NaN. By this rank alone. Throws
/// OutputError.
Table write_boundaries(const std::filesystem::path& run, const Study& study);

/// All trials, for the summary; those that failed or were stopped as well.
std::vector<MemberId> all_trials(const std::filesystem::path& run, const Study& study);

}  // namespace catapult
