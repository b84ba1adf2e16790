// The first measurement: from a random direction, or from where the largest eigenvalue is expected.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "spectra/tracker.hpp"

namespace catapult {
namespace {

constexpr double largest_doubt = 0.5;   // residual of the second Ritz pair, in units of the gap
constexpr double caution_at_start = 2;  // on the error bound: the gap is a guess
constexpr double crowded = 0.25;  // second Ritz value, in units of the first: others lie nearby
constexpr Index second_look = 8;  // products from another random direction
// Where the top is guessed. A vector that the guess has missed is a 70th of a random direction
// among 5120; each product makes it grow over the bulk, by some 30 times in a network.
constexpr Index looks_outside = 3;
constexpr double trust_in_guess = 2.5;  // the doubt of all rows, in units of what the top's was off

}  // namespace

template <class Real>
TopEigenvalueTracker<Real>::TopEigenvalueTracker(double tolerance, const TrackerRoom& room)
    : tolerance_(tolerance), room_(room), model_(room.directions) {
  if (room.directions < room.kept + second_look + 4) {
    throw std::logic_error("TopEigenvalueTracker: no room for a second look");
  }
}

template <class Real>
void TopEigenvalueTracker<Real>::restart(Index kept) {
  const std::vector<double>& rotation = model_.restart(kept);
  basis_->rotate(rotation, model_.size());  // known only now
}

template <class Real>
bool TopEigenvalueTracker<Real>::refine(const SymmetricOperator<Real>& op) {
  double before = 0.0;
  for (bool first = true;; first = false) {
    const KnownPair top = model_.known_pair(0);
    value_ = top.value;
    error_ = spans_all() ? 0.0 : HUGE_VAL;
    bool apart = true;
    std::vector<double> direction = top.direction;
    if (!spans_all() && model_.known() > 1) {
      const KnownPair second = model_.known_pair(1);
      const double gap = value_ - second.value;
      const double bound = gap > top.residual ? top.residual * (top.residual / gap) : top.residual;
      error_ = caution_at_start * (first ? bound : std::max(bound, value_ - before));
      apart = second.residual <= std::max(largest_doubt * gap, tolerance_ * value_);
      if (relative(error_, value_) <= tolerance_) direction = second.direction;
    }
    if (relative(error_, value_) <= tolerance_ && apart) return true;
    if (products_ >= most_products) return true;
    before = value_;
    if (basis_->full()) {
      restart(room_.kept);
      continue;
    }
    if (std::count(direction.begin(), direction.end(), 0.0) ==
        model_.size()) {  // an exact eigenvector: look elsewhere
      draw_random();
      if (!add_direction()) return true;
      direction = newest();
    }
    if (!multiply_and_learn(op, direction)) return false;
  }
}

template <class Real>
bool TopEigenvalueTracker<Real>::look_again(const SymmetricOperator<Real>& op) {
  if (model_.known() < 2 || model_.known_pair(1).value < crowded * value_) return true;
  if (size_ < second_look + room_.kept) return true;  // of the space, nearly all
  if (basis_->rows() + second_look + 1 > room_.directions) {
    restart(std::min(room_.kept, model_.known()));
  }
  draw_random();
  if (!add_direction()) return true;
  for (Index look = 0; look < second_look; ++look) {
    const Index rows = basis_->rows();
    if (!multiply_and_learn(op, newest())) return false;
    if (basis_->rows() == rows) break;
  }
  return refine(op);
}

template <class Real>
bool TopEigenvalueTracker<Real>::find(const SymmetricOperator<Real>& op) {
  state_.kept = 0;
  basis_->clear();
  model_.reset(0, {}, {});
  bound_outside(op, 0.0);
  draw_random();
  add_direction();
  const std::vector<double> start = newest();
  if (!multiply(op, start)) return false;
  bound_outside(op, state_.outside * std::max(0.0, image_[0]));
  learn(start);
  return refine(op) && look_again(op);
}

template <class Real>
bool TopEigenvalueTracker<Real>::follow_guess(const SymmetricOperator<Real>& op) {
  state_.since_scout = -1;  // its own looks follow
  state_.trust = trust_in_guess;
  if (!follow(op)) return false;
  if (state_.kept == 0) return true;  // found from cold
  if (basis_->rows() + looks_outside + 1 > room_.directions) return find(op);
  double seen = 0.0;
  draw_random();
  add_direction();
  std::vector<double> direction;
  for (Index look = 0; look < looks_outside; ++look) {
    // Outside of what was guessed and multiplied; what else the basis holds may hide the top.
    direction = image_;
    if (basis_->rows() > static_cast<Index>(direction.size())) direction.push_back(outside_norm_);
    model_.keep_outside(direction, state_.kept);
    if (std::count(direction.begin(), direction.end(), 0.0) == model_.size()) break;
    if (!multiply_and_learn(op, direction)) return false;
    const double inside = std::inner_product(image_.begin(), image_.end(), image_.begin(), 0.0);
    seen = std::max(seen, std::sqrt(inside + outside_norm_ * outside_norm_));
  }
  if (!settle(op)) return false;
  if (seen > crowded * value_) return find(op);
  // How far the guess was off is no motion.
  const TrackerState fresh;
  state_.drift = fresh.drift;
  state_.trust = fresh.trust;
  return true;
}

#define CATAPULT_INSTANTIATE(Real)                                                       \
  template TopEigenvalueTracker<Real>::TopEigenvalueTracker(double, const TrackerRoom&); \
  template void TopEigenvalueTracker<Real>::restart(Index);                              \
  template bool TopEigenvalueTracker<Real>::refine(const SymmetricOperator<Real>&);      \
  template bool TopEigenvalueTracker<Real>::look_again(const SymmetricOperator<Real>&);  \
  template bool TopEigenvalueTracker<Real>::find(const SymmetricOperator<Real>&);        \
  template bool TopEigenvalueTracker<Real>::follow_guess(const SymmetricOperator<Real>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
