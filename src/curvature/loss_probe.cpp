#include "curvature/loss_probe.hpp"

#include <fmt/format.h>

#include "linalg/element_loops.hpp"
#include "linalg/vector_ops.hpp"
#include "spectra/spectrum.hpp"

namespace catapult {
namespace {

/// Each row of `to` <- P^(-1/2) times that of `from`.
template <class Real>
void divide_by_root(const Vector<const Real>& p, const Matrix<const Real>& from,
                    const Matrix<Real>& to) {
  for_elements(
      "divide_by_root", static_cast<Index>(to.extent(0)), static_cast<Index>(to.extent(1)),
      KOKKOS_LAMBDA(Index row, Index i) { to(row, i) = from(row, i) / std::sqrt(p(i)); });
}

/// s - A, whose largest eigenvalue tells the smallest of A: positive for s above that, whether A
/// has negative ones or not.
class Reflected final : public SymmetricOperator<double> {
 public:
  Reflected(const SymmetricOperator<double>& op, double s) : op_(op), s_(s) {}

  const Communicator& ranks() const override { return op_.ranks(); }
  Index local_size() const override { return op_.local_size(); }
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const override {
    op_.apply(x, y);
    axpby<double>(s_, flat(x), -1.0, flat(y));
  }

 private:
  const SymmetricOperator<double>& op_;
  double s_;
};

/// P^(-1/2) A P^(-1/2) for a diagonal P, of which each rank knows what belongs to it. `room`: kept
/// between calls.
template <class Real>
class Preconditioned final : public SymmetricOperator<Real> {
 public:
  Preconditioned(const SymmetricOperator<Real>& op, const Vector<const Real>& p, Vector<Real>& room)
      : op_(op), p_(p), room_(room) {}

  const Communicator& ranks() const override { return op_.ranks(); }
  Index local_size() const override { return op_.local_size(); }
  bool semidefinite() const override { return op_.semidefinite(); }
  void apply(const Matrix<const Real>& x, const Matrix<Real>& y) const override {
    const Matrix<Real> scaled(room_for(room_, static_cast<Index>(x.size())).data(), x.extent(0),
                              x.extent(1));
    divide_by_root<Real>(p_, x, scaled);
    op_.apply(scaled, y);
    divide_by_root<Real>(p_, y, y);
  }

 private:
  const SymmetricOperator<Real>& op_;
  Vector<const Real> p_;
  Vector<Real>& room_;
};

/// Throws where it did not converge.
void check(const HessianMeasurement& result, double tolerance) {
  if (result.converged) return;
  if (!std::isfinite(result.lambda)) {
    throw NotFiniteError(
        "the Hessian holds NaN or inf (parameters or activations beyond the range of numbers); "
        "start from smaller weights, or use model.precision = \"f64\"");
  }
  throw NumericalError(fmt::format(
      "the Hessian's eigenvalues did not converge within {} products (residual {:.1e}, tolerance "
      "{:.1e}); raise measure.tolerance or use model.precision = \"f64\"",
      result.products, result.residual, tolerance));
}

}  // namespace

template <class Real>
LossProbe<Real>::LossProbe(const Network<Real>& network, const Loss& loss,
                           const MeasureOptions& options, Samples<Real> samples, Index all,
                           bool shares_tape)
    : network_(network),
      loss_(loss),
      options_(options),
      samples_(std::move(samples)),
      all_(all),
      space_(network),
      tape_(shares_tape ? Tape<Real>() : network.make_tape(all)),
      tracker_(options.tolerance, room_for_hessian) {}

template <class Real>
void LossProbe<Real>::move_to(const Vector<const Real>& theta, Tape<Real>& tape) {
  theta_ = theta;
  at_ = tape_.state ? &tape_ : &tape;
  if (tape_.state) network_.forward(theta, samples_.x, tape_);
}

template <class Real>
HessianMeasurement LossProbe<Real>::solve(const SymmetricOperator<double>& op, Index count) const {
  const Spectrum all = largest_eigenvalues(op, {count, options_.tolerance});
  const double lambda = all.values.empty() ? NAN : all.values[0];
  return {lambda, all.residual, all.products, all.converged, all.values};
}

template <class Real>
HessianMeasurement LossProbe<Real>::hessian() {
  HessianMeasurement result;
  const HessianOperator<Real> op(point(), space_, room_);
  if (options_.eigenvalues == 1 && options_.solver == "auto") {
    const TopEigenvalue top = tracker_.measure(HessianOperator<Real, Real>(point(), space_, room_));
    result = {top.value, top.residual, top.products, top.converged, {top.value}};
  } else {
    result = solve(op, options_.eigenvalues);
  }
  check(result, options_.tolerance);
  if (!options_.smallest) return result;
  // Its neighbours crowd at zero: there is no gap that a tracker could go by.
  const double shift = std::max(result.lambda, 0.0);
  const HessianMeasurement bottom = solve(Reflected(op, shift), 1);
  check(bottom, options_.tolerance);
  result.smallest = shift - bottom.lambda;
  result.products += bottom.products;
  return result;
}

template <class Real>
HessianMeasurement LossProbe<Real>::preconditioned(const Vector<const Real>& p) {
  const HessianOperator<Real, Real> hessian(point(), space_, room_);
  const Vector<Real> own = room_for(own_, space_.local_size());
  space_.take<Real, Real>(p, own);
  const TopEigenvalue top = tracker_.measure(Preconditioned<Real>(hessian, own, scaled_));
  const HessianMeasurement result{
      top.value, top.residual, top.products, top.converged, {top.value}};
  check(result, options_.tolerance);
  return result;
}

template <class Real>
GradientMeasurement LossProbe<Real>::gradient() {
  const Vector<Real> g = room_for(gradient_, space_.parameters());
  const Vector<Real> moved = room_for(room_.direction, space_.parameters());
  loss_gradient(point(), room_, g);
  const double square = space_.dot<Real>(g, g);
  if (square == 0.0) return {};
  copy<Real>(moved, g);
  hessian_product(point(), room_, moved);
  return {std::sqrt(square), space_.dot<Real>(g, moved) / square};
}

template <class Real>
double LossProbe<Real>::loss_of(const Matrix<Real>& f) const {
  const ScoreSums sums = score_sums(loss_, f, samples_.y);
  return total_score(loss_, network_.grid(), sums, all_, network_.outputs()).loss;
}

template <class Real>
CriticalRate LossProbe<Real>::critical_rate() {
  const Vector<Real> g = room_for(gradient_, space_.parameters());
  const Vector<Real> moved = room_for(room_.direction, space_.parameters());
  loss_gradient(point(), room_, g);
  const double square = space_.dot<Real>(g, g), loss = loss_of(at_->outputs());
  if (square == 0.0) return {NAN, 0, false};
  if (!trial_.state) {
    Batch batch = network_.batch_of(all_);
    batch.outputs_only = true;
    trial_ = network_.make_tape(batch);
  }
  const auto rise = [&](double eta) {
    copy<Real>(moved, theta_);
    axpby<Real>(-eta, g, 1.0, moved);
    network_.forward(moved, samples_.x, trial_);
    return loss_of(trial_.outputs()) - loss;
  };
  // Not from the last one: what continues from a checkpoint does not know it.
  return critical_learning_rate(rise, square, loss / square, options_.tolerance);
}

template <class Real>
ParameterTracker LossProbe<Real>::state() const {
  ParameterTracker known{tracker_.own_state(), {}};
  const Vector<double> own("own", space_.local_size());
  for (Index i = 0; i < known.numbers.kept + known.numbers.scouted; ++i) {
    upload(known.numbers.vectors.data() + i * space_.local_size(), own);
    known.vectors.emplace_back("eigenvector", space_.parameters());
    space_.gather<double, double>(own, known.vectors.back());
  }
  known.numbers.vectors.clear();
  return known;
}

template <class Real>
void LossProbe<Real>::restore(const ParameterTracker& state) {
  TrackerState numbers = state.numbers;
  const auto size = static_cast<std::size_t>(space_.local_size());
  numbers.vectors.resize(state.vectors.size() * size);
  const Vector<double> own("own", space_.local_size());
  for (std::size_t i = 0; i < state.vectors.size(); ++i) {
    space_.take<double, double>(state.vectors[i], own);
    download<double>(own, numbers.vectors.data() + i * size);
  }
  tracker_.restore_own(std::move(numbers));
}

template class LossProbe<float>;
template class LossProbe<double>;

}  // namespace catapult
