#include "model/activation.hpp"

namespace catapult {
namespace {

struct Relu {
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real value(Real z) {
    return z < Real(0) ? Real(0) : z;  // NaN stays NaN
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real slope(Real h) {
    return h > Real(0) ? Real(1) : h;  // 0, or NaN
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real curvature(Real) {
    return Real(0);
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real slope_tangent(Real, Real) {
    return Real(0);
  }
};

struct Tanh {
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real value(Real z) {
    return std::tanh(z);
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real slope(Real h) {
    return Real(1) - h * h;
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real curvature(Real h) {
    return Real(-2) * h * (Real(1) - h * h);
  }
  template <class Real>
  KOKKOS_INLINE_FUNCTION static Real slope_tangent(Real h, Real h_tangent) {
    return Real(-2) * h * h_tangent;
  }
};

template <class Function, class Real>
void apply(const Vector<Real>& values) {
  Real* v = values.data();
  Kokkos::parallel_for(
      "activation", Range1(0, static_cast<Index>(values.extent(0))),
      KOKKOS_LAMBDA(Index i) { v[i] = Function::value(v[i]); });
}

template <class Function, class Real>
void scale_by_slope(const Vector<Real>& output, Index vectors, const Vector<Real>& values) {
  const auto size = static_cast<Index>(output.extent(0));
  const Real* h = output.data();
  for (Index vector = 0; vector < vectors; ++vector) {
    Real* v = values.data() + vector * size;
    Kokkos::parallel_for(
        "activation_slope", Range1(0, size),
        KOKKOS_LAMBDA(Index i) { v[i] *= Function::slope(h[i]); });
  }
}

/// first: z' to h' = phi' z'; second: z'' to h'' = phi' z'' + phi'' z'^2
template <class Function, class Real>
void push_derivatives(const Vector<Real>& output, const Vector<Real>& first,
                      const Vector<Real>& second) {
  const Real* h = output.data();
  Real *one = first.data(), *two = second.data();
  Kokkos::parallel_for(
      "activation_second_pushforward", Range1(0, static_cast<Index>(output.extent(0))),
      KOKKOS_LAMBDA(Index i) {
        const Real slope = Function::slope(h[i]);
        two[i] = slope * two[i] + Function::curvature(h[i]) * one[i] * one[i];
        one[i] *= slope;
      });
}

/// errors: D to phi' D; tangents: E to phi' E + phi'' z' D, phi'' z' from h and the tangent of h.
template <class Function, class Real>
void pull_errors(const Vector<Real>& output, const Vector<Real>& first, const Vector<Real>& errors,
                 const Vector<Real>& tangents) {
  const Real *h = output.data(), *one = first.data();
  Real *d = errors.data(), *e = tangents.data();
  Kokkos::parallel_for(
      "activation_second_pullback", Range1(0, static_cast<Index>(output.extent(0))),
      KOKKOS_LAMBDA(Index i) {
        e[i] = Function::slope(h[i]) * e[i] + Function::slope_tangent(h[i], one[i]) * d[i];
        d[i] *= Function::slope(h[i]);
      });
}

}  // namespace

template <class Real>
void Activation<Real>::forward(const Theta&, const Features<Real>&, const Features<Real>& output,
                               Cache<Real>& cache) const {
  cache.output = output;
  kind_ == ActivationKind::relu ? apply<Relu>(output.flat()) : apply<Tanh>(output.flat());
}

template <class Real>
void Activation<Real>::multiply_by_derivative(const Cache<Real>& cache,
                                              const Features<Real>& values) const {
  const Vector<Real> h = cache.output.flat();
  const Index vectors = cache.output.rows() == 0 ? 0 : values.rows() / cache.output.rows();
  kind_ == ActivationKind::relu ? scale_by_slope<Relu>(h, vectors, values.flat())
                                : scale_by_slope<Tanh>(h, vectors, values.flat());
}

template <class Real>
void Activation<Real>::pullback(const Theta&, Cache<Real>& cache, const Features<Real>& cotangent,
                                const Features<Real>&, const GradientTarget<Real>&) const {
  multiply_by_derivative(cache, cotangent);
}

template <class Real>
void Activation<Real>::pushforward(const Theta&, Cache<Real>& cache, const Theta&,
                                   const Features<Real>&, const Features<Real>& tangent) const {
  multiply_by_derivative(cache, tangent);
}

template <class Real>
void Activation<Real>::kernel_product(const Theta&, Cache<Real>& cache, const Features<Real>&,
                                      const Features<Real>&, const Features<Real>& tangent) const {
  multiply_by_derivative(cache, tangent);
}

template <class Real>
void Activation<Real>::second_pushforward(const Theta&, Cache<Real>& cache, const Theta&,
                                          const Derivatives<Real>&, const Derivatives<Real>& output,
                                          SecondCache<Real>& along) const {
  const Vector<Real> h = cache.output.flat();
  const Vector<Real> first = output.first.flat(), second = output.second.flat();
  kind_ == ActivationKind::relu ? push_derivatives<Relu>(h, first, second)
                                : push_derivatives<Tanh>(h, first, second);
  along.output = output.first;
}

template <class Real>
void Activation<Real>::second_pullback(const Theta&, Cache<Real>& cache, const Theta&,
                                       SecondCache<Real>& along, const MovingErrors<Real>& output,
                                       const MovingErrors<Real>&,
                                       const GradientTarget<Real>&) const {
  const Vector<Real> h = cache.output.flat(), first = along.output.flat();
  const Vector<Real> errors = output.errors.flat(), tangents = output.tangents.flat();
  kind_ == ActivationKind::relu ? pull_errors<Relu>(h, first, errors, tangents)
                                : pull_errors<Tanh>(h, first, errors, tangents);
}

template class Activation<float>;
template class Activation<double>;

}  // namespace catapult
