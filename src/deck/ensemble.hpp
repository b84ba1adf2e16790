// Which studies are ensembles: trajectories of the warm-up model of which the summary alone is
// asked for, trained side by side instead of one by one.
// defines: varies_in_part, axes_of_parts, why_one_by_one, TrajectoryKeys, EnsemblePart
#pragma once

#include <string>
#include <vector>

#include "deck/study.hpp"

namespace catapult {

/// Whether members that differ in this key alone are trained together: model.width, model.seed,
/// train.learning_rate, train.learning_rate_c.
bool varies_in_part(const std::string& key);

/// The other axes: one part of the ensemble for each of their combinations.
std::vector<SweepAxis> axes_of_parts(const std::vector<SweepAxis>& axes);

/// What in this deck keeps its members from an ensemble ("measure.every is 1"); "" where nothing
/// does: the warm-up model by its Gram matrix on full batches, of which nothing is recorded but the
/// row of the summary.
std::string why_one_by_one(const Deck& deck);

/// What distinguishes the members of one part.
struct TrajectoryKeys {
  Index member = 0;  ///< of the study
  Index width = 0;
  Index seed = 0;
  double learning_rate = 0.0;  ///< one of the two is above 0
  double learning_rate_c = 0.0;
};

/// The members of an ensemble that share all other keys.
class EnsemblePart {
 public:
  EnsemblePart(const Study& study, std::size_t number);

  const Deck& deck() const { return deck_; }
  Index size() const { return size_; }
  /// In the order of their numbers.
  TrajectoryKeys operator[](Index i) const;

 private:
  struct Axis {
    const SweepAxis* axis;
    Index stride;  ///< in the members of the study
  };

  const Deck& deck_;
  std::vector<Axis> axes_;  ///< that vary, the outermost first
  Index first_ = 0;         ///< member with their first values
  Index size_ = 1;
};

}  // namespace catapult
