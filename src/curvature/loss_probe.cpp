#include "curvature/loss_probe.hpp"

#include <fmt/format.h>

#include "linalg/vector_ops.hpp"
#include "spectra/spectrum.hpp"

namespace catapult {
namespace {

// Vectors of parameter space are long, and each costs twice as much as theta in single precision.
constexpr TrackerRoom few{4, 16};

/// s - A, whose largest eigenvalue tells the smallest of A: positive for s above that, whether A
/// has negative ones or not.
class Reflected final : public SymmetricOperator {
 public:
  Reflected(const SymmetricOperator& op, double s) : op_(op), s_(s) {}

  const Communicator& ranks() const override { return op_.ranks(); }
  Index local_size() const override { return op_.local_size(); }
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const override {
    op_.apply(x, y);
    axpby<double>(s_, flat(x), -1.0, flat(y));
  }

 private:
  const SymmetricOperator& op_;
  double s_;
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
LossProbe<Real>::LossProbe(const Network<Real>& network, const MeasureOptions& options,
                           Samples<Real> samples, Index all, bool shares_tape)
    : network_(network),
      options_(options),
      samples_(std::move(samples)),
      all_(all),
      space_(network),
      tape_(shares_tape ? Tape<Real>() : network.make_tape(all)),
      tracker_(options.tolerance, few) {}

template <class Real>
void LossProbe<Real>::move_to(const Vector<const Real>& theta, Tape<Real>& tape) {
  theta_ = theta;
  at_ = tape_.state ? &tape_ : &tape;
  if (tape_.state) network_.forward(theta, samples_.x, tape_);
}

template <class Real>
HessianMeasurement LossProbe<Real>::solve(const SymmetricOperator& op, Index count) const {
  const Spectrum all = largest_eigenvalues(op, {count, options_.tolerance});
  const double lambda = all.values.empty() ? NAN : all.values[0];
  return {lambda, all.residual, all.products, all.converged, all.values};
}

template <class Real>
HessianMeasurement LossProbe<Real>::hessian() {
  const HessianOperator<Real> op(point(), space_, room_);
  HessianMeasurement result;
  if (options_.eigenvalues == 1 && options_.solver == "auto") {
    const TopEigenvalue top = tracker_.measure(op);
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
ParameterTracker LossProbe<Real>::state() const {
  ParameterTracker known{tracker_.own_state(), {}};
  const Vector<double> own("own", space_.local_size());
  for (Index i = 0; i < known.numbers.kept + known.numbers.scouted; ++i) {
    upload(known.numbers.vectors.data() + i * space_.local_size(), own);
    known.vectors.emplace_back("eigenvector", space_.parameters());
    space_.gather<double>(own, known.vectors.back());
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
    space_.take<double>(state.vectors[i], own);
    download<double>(own, numbers.vectors.data() + i * size);
  }
  tracker_.restore_own(std::move(numbers));
}

template class LossProbe<float>;
template class LossProbe<double>;

}  // namespace catapult
