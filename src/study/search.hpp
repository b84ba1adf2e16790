// The search of a study for phase boundaries: of each combination of its sweep, by trainings at one
// c after another. defines: Search, Searches, searches, deck_at
#pragma once

#include <map>

#include "study/brackets.hpp"
#include "study/summary.hpp"

namespace catapult {

/// What the run folder holds of one combination.
struct Search {
  Brackets brackets;
  std::vector<MemberId> trials;  ///< finished, in the order of their c's choice
  std::optional<double> next;    ///< c of the next one; nothing: all boundaries are known
};

/// The searches of a study as this rank has read them, each finished trial once: it never changes.
class Searches {
 public:
  Searches(std::filesystem::path run, const Study& study) : run_(std::move(run)), study_(study) {}

  const Study& study() const { return study_; }

  /// Replays what `member` has by now: what its trials found determines their order. Throws
  /// DataError.
  const Search& of(Index member);

  /// All trials, for the summary; those that failed or were stopped as well. Throws DataError.
  std::vector<MemberId> all_trials();

 private:
  std::filesystem::path run_;
  const Study& study_;
  std::map<Index, Search> known_;
};

inline bool searches(const Study& study) { return !study.base.boundary.find.empty(); }

/// The deck of a training at c: one that searches nothing.
Deck deck_at(const Deck& deck, double c);

}  // namespace catapult
