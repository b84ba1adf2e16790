// What a chain costs: its layers, and what lies between them.
#include "model/chain.hpp"

namespace catapult {

template <class Real>
void Chain<Real>::cost(Phase phase, CostSheet& sheet) const {
  const bool later = phase == Phase::backward || phase == Phase::pushforward;
  // Data, which are replicated, do not move.
  const std::size_t first = first_layer(phase == Phase::forward || input_.sharded);
  const ErrorForm behind = sheet.errors();
  std::vector<ErrorForm> errors(layers_.size(), behind);
  for (std::size_t i = layers_.size() - 1; i > first; --i) {
    errors[i - 1] = pulled_back(errors[i], layers_[i]->jacobian());
  }
  for (std::size_t i = first; i < layers_.size(); ++i) {
    sheet.set_errors(errors[i]);
    if (later && i > 0 && repeats(i - 1) && layers_[i]->use().keeps_input) {
      layers_[i - 1]->cost(Phase::repeat, sheet);
    }
    layers_[i]->cost(phase, sheet);
  }
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
    sheet.set_errors(errors[i]);
    cost_of_room(phase, i, sheet);
  }
  sheet.set_errors(behind);
}

template <class Real>
void Chain<Real>::cost_of_room(Phase phase, std::size_t i, CostSheet& sheet) const {
  const double numbers = sheet.rows() * static_cast<double>(features_after(i));
  const auto by_turns = [&](Room one, Room other, double vectors = 1.0) {
    sheet.share(one, vectors * numbers);
    sheet.share(other, vectors * numbers);
  };
  switch (phase) {
    case Phase::forward:
      if (repeats(i)) return sheet.share(Room::values, numbers);
      return sheet.keep(shares_values(i) ? 0.0 : numbers);
    case Phase::backward:
      if (!has_kernel_terms()) return by_turns(Room::errors, Room::errors_next);
      return sheet.keep(shares_tangents(i) ? 0.0 : numbers);
    case Phase::assembly:
      if (sheet.errors() == ErrorForm::same_for_samples) return;
      // Those with slopes are multiplied out before they are pulled on, which the first are not.
      if (sheet.errors() == ErrorForm::with_slopes && i == 0) return;
      return by_turns(Room::errors, Room::errors_next, sheet.outputs());
    case Phase::product:
    case Phase::pushforward:
      return by_turns(Room::tangents, Room::tangents_next);
    case Phase::repeat:
    case Phase::grams:
      return;
  }
}

#define CATAPULT_INSTANTIATE(Real)                          \
  template void Chain<Real>::cost(Phase, CostSheet&) const; \
  template void Chain<Real>::cost_of_room(Phase, std::size_t, CostSheet&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
