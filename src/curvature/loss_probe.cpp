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

[[noreturn]] void refuse(double lambda, Index products, double residual, double tolerance) {
  if (!std::isfinite(lambda)) {
    throw NotFiniteError(
        "the Hessian holds NaN or inf (parameters or activations beyond the range of numbers); "
        "start from smaller weights, or use model.precision = \"f64\"");
  }
  throw NumericalError(fmt::format(
      "the Hessian's eigenvalues did not converge within {} products (residual {:.1e}, tolerance "
      "{:.1e}); raise measure.tolerance or use model.precision = \"f64\"",
      products, residual, tolerance));
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
      tape_(shares_tape ? Tape<Real>() : network.make_tape(all)) {
  for (int i = 0; i < (options.smallest ? 2 : 1); ++i)
    trackers_.emplace_back(options.tolerance, few);
}

template <class Real>
void LossProbe<Real>::move_to(const Vector<const Real>& theta, Tape<Real>& tape) {
  theta_ = theta;
  at_ = tape_.state ? &tape_ : &tape;
  if (tape_.state) network_.forward(theta, samples_.x, tape_);
}

template <class Real>
TopEigenvalue LossProbe<Real>::follow(std::size_t number, const SymmetricOperator& op) {
  const TopEigenvalue top = trackers_[number].measure(op);
  if (!top.converged) refuse(top.value, top.products, top.residual, options_.tolerance);
  return top;
}

template <class Real>
HessianMeasurement LossProbe<Real>::hessian() {
  const HessianOperator<Real> op(point(), space_, room_);
  HessianMeasurement result;
  if (options_.eigenvalues == 1 && options_.solver == "auto") {
    const TopEigenvalue top = follow(0, op);
    result = {top.value, top.residual, top.products, true, {top.value}};
  } else {
    const Spectrum all = largest_eigenvalues(op, {options_.eigenvalues, options_.tolerance});
    const double lambda = all.values.empty() ? NAN : all.values[0];
    if (!all.converged) refuse(lambda, all.products, all.residual, options_.tolerance);
    result = {lambda, all.residual, all.products, true, all.values};
  }
  if (!options_.smallest) return result;
  const double shift = std::max(result.lambda, 0.0);
  const TopEigenvalue bottom = follow(1, Reflected(op, shift));
  result.smallest = shift - bottom.value;
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
std::vector<ParameterTracker> LossProbe<Real>::state() const {
  std::vector<ParameterTracker> all;
  for (const TopEigenvalueTracker& tracker : trackers_) {
    ParameterTracker known{tracker.own_state(), {}};
    const Index vectors = known.numbers.kept + known.numbers.scouted;
    for (Index i = 0; i < vectors; ++i) {
      const Vector<double> own("own", space_.local_size());
      upload(known.numbers.vectors.data() + i * space_.local_size(), own);
      known.vectors.emplace_back("eigenvector", space_.parameters());
      space_.gather<double>(own, known.vectors.back());
    }
    known.numbers.vectors.clear();
    all.push_back(std::move(known));
  }
  return all;
}

template <class Real>
void LossProbe<Real>::restore(const std::vector<ParameterTracker>& state) {
  const std::size_t known = std::min(state.size(), trackers_.size());
  const auto size = static_cast<std::size_t>(space_.local_size());
  for (std::size_t i = 0; i < known; ++i) {
    TrackerState numbers = state[i].numbers;
    numbers.vectors.resize(state[i].vectors.size() * size);
    for (std::size_t v = 0; v < state[i].vectors.size(); ++v) {
      const Vector<double> own("own", space_.local_size());
      space_.take<double>(state[i].vectors[v], own);
      download<double>(own, numbers.vectors.data() + v * size);
    }
    trackers_[i].restore_own(std::move(numbers));
  }
}

template class LossProbe<float>;
template class LossProbe<double>;

}  // namespace catapult
