#include "spectra/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.hpp"

namespace catapult {
namespace {

// Of an image: what is smaller is no direction.
template <class Real>
constexpr double rounding = 45.0 * std::numeric_limits<Real>::epsilon();
constexpr std::uint32_t direction_stream = 0xd14ec710;  // of the random directions

constexpr double margin = 0.5;    // error bound, in units of the tolerance: in the fastest steps it
                                  // was up to 1.5 times off, and what lies between costs little
constexpr double loosest = 1e-3;  // error bound, likewise
constexpr double caution = 1.5;   // doubt of a row, in units of the change of another
constexpr double contrary = 1.34;     // others may move as fast, the other way, and be scaled too
constexpr double drift_memory = 0.9;  // without news: the top may stand still where others move
constexpr double outside_memory = 0.8, most_outside = 0.5;  // of Rayleigh quotients there
constexpr double smallest_drift = 0.05;                     // in units of the tolerance
constexpr double least_trust = 1.0, most_trust = 30.0, trust_memory = 0.9;
// Vectors above tell nothing of others, for copies of the top move with it; nor do those below.
constexpr double alike = 0.99, far = 0.5;  // of the top value
// A guess is off in all rows alike: as far as so many of them have shown, with a reserve.
constexpr int enough = 3;
constexpr double reserve = 3.0, least_left = 0.1;
constexpr double rearranged = 0.5;  // of the top value, what is left of it: all is new
constexpr double fast = 0.05;       // drift: the spectrum is being rearranged
constexpr Index shortest_interval = 4, longest_interval = 32;  // of scouts
constexpr Index powers_of_scout = 4;  // then another random direction is taken

double dot(const std::vector<double>& x, const std::vector<double>& y) {
  return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}

}  // namespace

template <class Real>
double TopEigenvalueTracker<Real>::relative(double error, double value) {
  if (error == 0.0) return 0.0;
  return value > 0.0 ? error / value : HUGE_VAL;
}

template <class Real>
bool TopEigenvalueTracker<Real>::multiply(const SymmetricOperator<Real>& op,
                                          const std::vector<double>& direction) {
  basis_->combine(direction, from_.data());
  host_products_.apply(op, from_.data(), basis_->next(), 1);
  ++products_;
  outside_norm_ = basis_->split(image_);
  return std::isfinite(outside_norm_) &&
         std::all_of(image_.begin(), image_.end(), [](double x) { return std::isfinite(x); });
}

template <class Real>
void TopEigenvalueTracker<Real>::learn(const std::vector<double>& direction) {
  model_.learn(direction, image_);
  if (outside_norm_ <= rounding<Real> * std::sqrt(dot(image_, image_))) return;
  basis_->append();
  model_.grow(direction, outside_norm_, outside_least_, outside_most_);
}

template <class Real>
bool TopEigenvalueTracker<Real>::multiply_and_learn(const SymmetricOperator<Real>& op,
                                                    const std::vector<double>& direction) {
  const std::vector<double> known = direction;  // may lie in the model
  if (!multiply(op, known)) return false;
  learn(known);
  return true;
}

template <class Real>
void TopEigenvalueTracker<Real>::draw_random() {
  const Index begin = basis_->ranks().elements_before(basis_->local_size());
  const RandomStream random(state_.measurements, direction_stream);
  Real* x = basis_->next();
  for (Index i = 0; i < basis_->local_size(); ++i) {
    x[i] = static_cast<Real>(random.normal(begin + i, basis_->rows()));
  }
}

template <class Real>
bool TopEigenvalueTracker<Real>::add_direction() {
  outside_norm_ = basis_->split(image_);
  if (!(outside_norm_ > rounding<Real> * std::sqrt(dot(image_, image_)))) return false;
  basis_->append();
  model_.grow({}, 0.0, outside_least_, outside_most_);
  return true;
}

template <class Real>
std::vector<double> TopEigenvalueTracker<Real>::newest() const {
  std::vector<double> axis(static_cast<std::size_t>(basis_->rows()), 0.0);
  axis.back() = 1.0;
  return axis;
}

template <class Real>
void TopEigenvalueTracker<Real>::bound_outside(const SymmetricOperator<Real>& op, double most) {
  outside_most_ = most;
  outside_least_ = op.semidefinite() ? 0.0 : -most;
}

template <class Real>
void TopEigenvalueTracker<Real>::judge(const std::vector<double>& direction) {
  double of_kept = 0.0;
  for (Index i = 0; i < state_.kept; ++i) {
    of_kept += direction[static_cast<std::size_t>(i)] * direction[static_cast<std::size_t>(i)];
  }
  const double quotient = dot(direction, image_), believed = model_.believed_of(direction);
  if (of_kept < 0.5) {  // a look outside
    if (value_ == 0.0) return;
    state_.outside = std::max(outside_memory * state_.outside,
                              std::min(std::abs(quotient) / value_, most_outside));
  } else if (const double doubt = model_.doubt_of(direction); doubt > 0.0) {
    const double ratio = std::abs(quotient - believed) / doubt;
    ++judged_;
    worst_of_all_ = std::max(worst_of_all_, ratio);
    const bool tells = believed > far * value_ && believed < alike * value_;
    if (ratio > 0.5 || tells) worst_ = std::max(worst_, ratio);
  }
}

template <class Real>
void TopEigenvalueTracker<Real>::lower_doubt_of_guess() {
  model_.lower_drift(std::clamp(reserve * worst_of_all_, least_left, 1.0));
}

template <class Real>
void TopEigenvalueTracker<Real>::learn_trust() {
  if (worst_ > 0.5) {
    state_.trust = std::min(state_.trust * std::min(2.0 * worst_, 4.0), most_trust);
  } else if (worst_ > 0.0) {
    state_.trust = std::max(trust_memory * state_.trust, least_trust);
  }
  if (judged_ > 0 && worst_of_all_ < 0.25) state_.drift *= 0.5;
}

template <class Real>
bool TopEigenvalueTracker<Real>::settle(const SymmetricOperator<Real>& op) {
  for (;;) {
    const Outlook& outlook = model_.outlook();
    value_ = outlook.value;
    error_ = outlook.error;
    if (relative(error_, value_) <= std::min(margin * tolerance_, loosest)) return true;
    if (products_ >= most_products) return true;
    if (basis_->full()) {
      basis_->rotate(model_.compress(room_.kept), room_.kept);
      continue;
    }
    const std::vector<double> direction = outlook.direction;
    if (dot(direction, direction) == 0.0) return true;
    if (!multiply(op, direction)) return false;
    judge(direction);
    learn(direction);
    if (state_.measurements == 1 && judged_ == enough) lower_doubt_of_guess();
  }
}

template <class Real>
bool TopEigenvalueTracker<Real>::follow(const SymmetricOperator<Real>& op) {
  std::vector<double> top(static_cast<std::size_t>(basis_->rows()), 0.0);
  top[0] = 1.0;
  if (!multiply(op, top)) return false;
  const double before = model_.believed_of(top), now = image_[0];
  const bool was_zero = before == 0.0;
  const double factor = before > 0.0 ? now / before : 1.0;
  if (factor < rearranged || (was_zero && now != 0.0)) return find(op);
  model_.age(factor, 0.0);
  const double moved = std::max(
      {model_.misfit(top, image_), contrary * std::min(std::abs(now - before), std::abs(now)),
       drift_memory * state_.drift * now, smallest_drift * tolerance_ * now});
  if (now > 0.0) state_.drift = moved / now;
  model_.age(1.0, caution * state_.trust * moved);
  // What lies outside has not fallen with the top.
  if (factor < 1.0) state_.outside = std::min(state_.outside / factor, most_outside);
  bound_outside(op, std::max(0.0, state_.outside * now));
  learn(top);
  worst_ = worst_of_all_ = 0.0;
  judged_ = 0;
  if (!settle(op)) return false;
  if (++state_.since_scout >= state_.interval && !(scout(op) && settle(op))) return false;
  learn_trust();
  return true;
}

template <class Real>
bool TopEigenvalueTracker<Real>::scout(const SymmetricOperator<Real>& op) {
  state_.since_scout = 0;
  state_.interval =
      state_.drift > fast ? shortest_interval : std::min(2 * state_.interval, longest_interval);
  if (basis_->rows() + 1 >= room_.directions) {
    basis_->rotate(model_.compress(room_.kept), room_.kept);
  }
  if (state_.scouts++ % powers_of_scout == 0) {
    draw_random();
  } else {
    std::copy(scout_.begin(), scout_.end(), basis_->next());
  }
  if (!add_direction()) return true;
  const Index rows = basis_->rows();
  const std::vector<double> direction = newest();
  if (!multiply(op, direction)) return false;
  judge(direction);
  learn(direction);
  state_.scouted = 1;
  std::vector<double> power(static_cast<std::size_t>(basis_->rows()), 0.0);
  power[static_cast<std::size_t>(std::min(rows, basis_->rows() - 1))] = 1.0;
  basis_->combine(power, scout_.data());
  return true;
}

template <class Real>
TopEigenvalue TopEigenvalueTracker<Real>::measure(const SymmetricOperator<Real>& op) {
  allocate(op);
  const bool guessed = state_.kept > 0 && is_new();
  ++state_.measurements;
  products_ = 0;
  const bool finite = state_.kept == 0 ? find(op) : guessed ? follow_guess(op) : follow(op);
  if (!finite) return {NAN, NAN, NAN, products_, false};
  TopEigenvalue top{value_, 0.0, relative(error_, value_), products_, false};
  top.converged = top.error_estimate <= tolerance_ || spans_all();
  if (model_.known() > 0) top.residual = model_.known_pair(0).residual;
  const bool found = state_.kept == 0;
  state_.kept = std::min(room_.kept, model_.size());
  std::vector<double> residuals;  // bounds of how far an eigenvalue is from each Ritz value
  for (Index pair = 1; found && pair < std::min(state_.kept, model_.known()); ++pair) {
    residuals.resize(static_cast<std::size_t>(pair + 1), 0.0);
    residuals.back() = model_.known_pair(pair).residual;
  }
  basis_->rotate(model_.compress(state_.kept), state_.kept);
  model_.add_doubt(residuals);
  return top;
}

template class TopEigenvalueTracker<float>;
template class TopEigenvalueTracker<double>;

}  // namespace catapult
