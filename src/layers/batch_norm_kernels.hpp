// The arithmetic of batch normalization, element by element and summed over groups.
// defines: Normalized, OfErrors, pull_errors, OfTangents, push_tangents, normalize, OfDerivatives,
// Moving, push_derivatives, OfMovingErrors, pull_moving_errors
#pragma once

#include "layers/grouped_rows.hpp"

namespace catapult::batch_norm {

/// What kernels know of the layer at one theta and batch. An element of this rank's rows is
/// row * channels + channel, a statistic group * channels + channel.
template <class Real, class Function>
struct Normalized {
  Vector<const Real> x, mean, r, theta;
  Index channels;
  Function phi;

  KOKKOS_INLINE_FUNCTION Real gamma(Index channel) const { return theta(channel); }
  KOKKOS_INLINE_FUNCTION Real xh(Index i, Index statistic) const {
    return (x(i) - mean(statistic)) * r(statistic);
  }
  KOKKOS_INLINE_FUNCTION Real u(Real xh_here, Index channel) const {
    return theta(channel) * xh_here + theta(channels + channel);
  }
  KOKKOS_INLINE_FUNCTION Real slope(Real u_here) const {
    return phi.slope(Function::from_output ? phi.value(u_here) : u_here);
  }
  KOKKOS_INLINE_FUNCTION Real curvature(Real u_here) const {
    return phi.curvature(Function::from_output ? phi.value(u_here) : u_here);
  }
};

/// Of t = phi' ybar: xh t, t.
template <class Real, class Function>
struct OfErrors {
  static constexpr int count = 2;
  Normalized<Real, Function> at;
  Vector<const Real> y;

  KOKKOS_INLINE_FUNCTION Real t(Index i, Real xh, Index c) const {
    return y(i) * at.slope(at.u(xh, c));
  }
  KOKKOS_INLINE_FUNCTION void operator()(Index row, Index group, Index c, double* term) const {
    const Index i = row * at.channels + c;
    const Real xh = at.xh(i, group * at.channels + c), here = t(i, xh, c);
    term[0] = double(xh * here);
    term[1] = double(here);
  }
};

/// xbar = gamma r (t - <t> - xh <xh t>)
template <class Real, class Function>
void pull_errors(const GroupedRows& rows, const OfErrors<Real, Function>& errors,
                 const Vector<const Real>& means, const Vector<Real>& x) {
  const Normalized<Real, Function> at = errors.at;
  for_grouped_rows(
      "batch_norm_pullback", rows, at.channels, KOKKOS_LAMBDA(Index row, Index group, Index c) {
        const Index i = row * at.channels + c, g = group * at.channels + c;
        const Index m = 2 * group * at.channels + c;
        const Real xh = at.xh(i, g);
        x(i) =
            at.gamma(c) * at.r(g) * (errors.t(i, xh, c) - means(m + at.channels) - xh * means(m));
      });
}

/// Of the input's tangents: x', xh x'.
template <class Real, class Function>
struct OfTangents {
  static constexpr int count = 2;
  Normalized<Real, Function> at;
  Vector<const Real> x1;

  KOKKOS_INLINE_FUNCTION void operator()(Index row, Index group, Index c, double* term) const {
    const Index i = row * at.channels + c;
    term[0] = double(x1(i));
    term[1] = double(at.xh(i, group * at.channels + c) * x1(i));
  }
};

/// y' = phi' (gamma' xh + beta' + gamma r (x' - <x'> - xh <xh x'>)). Empty d or x': zero.
template <class Real, class Function>
void push_tangents(const GroupedRows& rows, const OfTangents<Real, Function>& tangents,
                   const Vector<const Real>& means, const Vector<const Real>& d,
                   const Vector<Real>& y) {
  const Normalized<Real, Function> at = tangents.at;
  const Vector<const Real> x1 = tangents.x1;
  const bool moves = x1.size() > 0, turns = d.size() > 0;
  for_grouped_rows(
      "batch_norm_pushforward", rows, at.channels, KOKKOS_LAMBDA(Index row, Index group, Index c) {
        const Index i = row * at.channels + c, g = group * at.channels + c;
        const Index m = 2 * group * at.channels + c;
        const Real xh = at.xh(i, g);
        Real u1 = 0;
        if (turns) u1 = d(c) * xh + d(at.channels + c);
        if (moves) u1 += at.gamma(c) * at.r(g) * (x1(i) - means(m) - xh * means(m + at.channels));
        y(i) = at.slope(at.u(xh, c)) * u1;
      });
}

/// y <- phi(u)
template <class Real, class Function>
void normalize(const GroupedRows& rows, const Normalized<Real, Function>& at,
               const Vector<Real>& y) {
  for_grouped_rows(
      "batch_norm", rows, at.channels, KOKKOS_LAMBDA(Index row, Index group, Index c) {
        const Index i = row * at.channels + c;
        y(i) = at.phi.value(at.u(at.xh(i, group * at.channels + c), c));
      });
}

/// Of the input's first and second derivatives: x', xh x', x'^2, x'', xh x''.
template <class Real, class Function>
struct OfDerivatives {
  static constexpr int count = 5;
  Normalized<Real, Function> at;
  Vector<const Real> x1, x2;

  KOKKOS_INLINE_FUNCTION void operator()(Index row, Index group, Index c, double* term) const {
    const Index i = row * at.channels + c;
    const double xh = double(at.xh(i, group * at.channels + c));
    const double first = double(x1(i)), second = x2.size() > 0 ? double(x2(i)) : 0.0;
    term[0] = first;
    term[1] = xh * first;
    term[2] = first * first;
    term[3] = second;
    term[4] = xh * second;
  }
};

/// What the second pushforward leaves behind: x' (empty: zero) and means of OfDerivatives.
template <class Real>
struct Moving {
  Vector<const Real> x1, means;
  Index channels;

  KOKKOS_INLINE_FUNCTION bool moves() const { return x1.size() > 0; }
  KOKKOS_INLINE_FUNCTION Real mean(Index group, Index term, Index c) const {
    return means((5 * group + term) * channels + c);
  }
  /// xh' = r (x' - <x'> - xh <xh x'>)
  KOKKOS_INLINE_FUNCTION Real xh1(Index i, Real xh, Real r, Index group, Index c) const {
    if (!moves()) return Real(0);
    return r * (x1(i) - mean(group, 0, c) - xh * mean(group, 1, c));
  }
};

/// u' = gamma' xh + beta' + gamma xh', u'' = gamma xh'' + 2 gamma' xh' with
/// xh'' = A(x'') - 2 r s xh' - r^2 (q - s^2) xh, s = <xh x'>, q = <x'^2> - <x'>^2;
/// y' = phi' u', y'' = phi' u'' + phi'' u'^2.
template <class Real, class Function>
void push_derivatives(const GroupedRows& rows, const OfDerivatives<Real, Function>& derivatives,
                      const Moving<Real>& moving, const Vector<const Real>& d,
                      const Vector<Real>& y1, const Vector<Real>& y2) {
  const Normalized<Real, Function> at = derivatives.at;
  const Vector<const Real> x2 = derivatives.x2;
  const bool twice = y2.size() > 0;
  for_grouped_rows(
      "batch_norm_second_pushforward", rows, at.channels,
      KOKKOS_LAMBDA(Index row, Index group, Index c) {
        const Index i = row * at.channels + c, g = group * at.channels + c;
        const Real xh = at.xh(i, g), r = at.r(g), xh1 = moving.xh1(i, xh, r, group, c);
        Real xh2 = 0;
        if (twice && moving.moves()) {
          const Real m1 = moving.mean(group, 0, c), s = moving.mean(group, 1, c);
          const Real q = moving.mean(group, 2, c) - m1 * m1;
          xh2 = r * (x2(i) - moving.mean(group, 3, c) - xh * moving.mean(group, 4, c)) -
                Real(2) * r * s * xh1 - r * r * (q - s * s) * xh;
        }
        const Real u = at.u(xh, c), slope = at.slope(u);
        const Real u1 = d(c) * xh + d(at.channels + c) + at.gamma(c) * xh1;
        const Real u2 = at.gamma(c) * xh2 + Real(2) * d(c) * xh1;
        y1(i) = slope * u1;
        if (twice) y2(i) = slope * u2 + at.curvature(u) * u1 * u1;
      });
}

/// Of t = phi' ybar and its tangent t' = phi' ybar' + phi'' u' ybar: xh t' + xh' t, t', xh t, t.
template <class Real, class Function>
struct OfMovingErrors {
  static constexpr int count = 4;
  Normalized<Real, Function> at;
  Moving<Real> moving;
  Vector<const Real> d, y, y1;

  struct Here {
    Real xh, xh1, t, t1;
  };
  KOKKOS_INLINE_FUNCTION Here here(Index row, Index group, Index c) const {
    const Index i = row * at.channels + c, g = group * at.channels + c;
    const Real xh = at.xh(i, g), xh1 = moving.xh1(i, xh, at.r(g), group, c);
    const Real u = at.u(xh, c), slope = at.slope(u);
    const Real u1 = d(c) * xh + d(at.channels + c) + at.gamma(c) * xh1;
    return {xh, xh1, slope * y(i), slope * y1(i) + at.curvature(u) * u1 * y(i)};
  }
  KOKKOS_INLINE_FUNCTION void operator()(Index row, Index group, Index c, double* term) const {
    const Here now = here(row, group, c);
    term[0] = double(now.xh * now.t1 + now.xh1 * now.t);
    term[1] = double(now.t1);
    term[2] = double(now.xh * now.t);
    term[3] = double(now.t);
  }
};

/// B = t - <t> - xh <xh t>; xbar = gamma r B,
/// xbar' = (gamma' r - gamma r^2 s) B + gamma r (t' - <t'> - xh' <xh t> - xh <xh' t + xh t'>)
template <class Real, class Function>
void pull_moving_errors(const GroupedRows& rows, const OfMovingErrors<Real, Function>& errors,
                        const Vector<const Real>& means, const Vector<Real>& x,
                        const Vector<Real>& x1) {
  const Normalized<Real, Function> at = errors.at;
  for_grouped_rows(
      "batch_norm_second_pullback", rows, at.channels,
      KOKKOS_LAMBDA(Index row, Index group, Index c) {
        const auto now = errors.here(row, group, c);
        const auto mean = [&](Index term) { return means((4 * group + term) * at.channels + c); };
        const Index i = row * at.channels + c;
        const Real gamma = at.gamma(c), r = at.r(group * at.channels + c);
        const Real s = errors.moving.moves() ? errors.moving.mean(group, 1, c) : Real(0);
        const Real centered = now.t - mean(3) - now.xh * mean(2);
        x(i) = gamma * r * centered;
        x1(i) = (errors.d(c) - gamma * r * s) * r * centered +
                gamma * r * (now.t1 - mean(1) - now.xh1 * mean(2) - now.xh * mean(0));
      });
}

}  // namespace catapult::batch_norm
