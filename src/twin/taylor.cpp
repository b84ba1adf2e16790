#include "twin/taylor.hpp"

#include "linalg/vector_ops.hpp"

namespace catapult {

const char* name_of(TwinKind kind) { return kind == TwinKind::linear ? "linear" : "quadratic"; }

template <class Real>
void TaylorModel<Real>::evaluate(Tape<Real>& tape, const Vector<const Real>& d,
                                 const Matrix<Real>& f) const {
  if (kind_ == TwinKind::linear) {
    network_.pushforward(theta_0_, tape, d, f);
  } else {
    const Matrix<Real> second("second_derivative", f.extent(0), f.extent(1));
    network_.second_pushforward(theta_0_, tape, d, f, second);
    axpby<Real>(0.5, flat(second), 1.0, flat(f));
  }
  axpby<Real>(1.0, flat(tape.outputs()), 1.0, flat(f));
}

template <class Real>
void TaylorModel<Real>::pullback(Tape<Real>& tape, const Vector<const Real>& d,
                                 const Matrix<Real>& cotangent,
                                 const GradientTarget<Real>& gradient) const {
  if (kind_ == TwinKind::linear) {
    network_.pullback(theta_0_, tape, cotangent, gradient);
  } else {
    network_.second_pullback(theta_0_, tape, d, cotangent, cotangent, gradient);
  }
}

template <class Real>
Score TaylorModel<Real>::score(Evaluator<Real>& evaluator, const Vector<const Real>& d) const {
  return evaluator.score([&](const Batch& batch, const Matrix<Real>& x) {
    Tape<Real> tape = network_.make_tape(batch);
    network_.forward(theta_0_, x, tape);
    const Matrix<Real> f("twin_outputs", x.extent(0), network_.outputs());
    evaluate(tape, d, f);
    return f;
  });
}

template class TaylorModel<float>;
template class TaylorModel<double>;

}  // namespace catapult
