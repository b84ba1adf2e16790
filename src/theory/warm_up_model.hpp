// The warm-up model on the device, one trajectory a thread: outputs, gradient, step, lambda.
// defines: WarmUpModel, largest_eigenvalue
#pragma once

#include "linalg/views.hpp"

namespace catapult {

/// Of a symmetric, positive semidefinite matrix of `size` rows, element (i, j) at a(i * size + j),
/// by Jacobi's rotations, which leave it diagonal. To a few units of rounding of the result.
template <class Elements>
KOKKOS_INLINE_FUNCTION double largest_eigenvalue(const Elements& a, Index size) {
  constexpr double rounding = 1e-32;  // squared, of what is left beside the diagonal
  constexpr int most_sweeps = 60;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double beside = 0.0, all = 0.0;
    for (Index i = 0; i < size; ++i) {
      all += a(i * size + i) * a(i * size + i);
      for (Index j = 0; j < i; ++j) beside += a(i * size + j) * a(i * size + j);
    }
    if (!(beside > rounding * all)) break;
    for (Index p = 0; p < size; ++p) {
      for (Index q = p + 1; q < size; ++q) {
        const double off = a(p * size + q);
        if (off == 0.0) continue;
        const double half = 0.5 * (a(q * size + q) - a(p * size + p)) / off;
        const double root = sqrt(1.0 + half * half);
        const double tangent = half >= 0.0 ? 1.0 / (half + root) : 1.0 / (half - root);
        const double cosine = 1.0 / sqrt(1.0 + tangent * tangent), sine = tangent * cosine;
        for (Index k = 0; k < size; ++k) {
          const double kp = a(k * size + p), kq = a(k * size + q);
          a(k * size + p) = cosine * kp - sine * kq;
          a(k * size + q) = sine * kp + cosine * kq;
        }
        for (Index k = 0; k < size; ++k) {
          const double pk = a(p * size + k), qk = a(q * size + k);
          a(p * size + k) = cosine * pk - sine * qk;
          a(q * size + k) = sine * pk + cosine * qk;
        }
      }
    }
  }
  double largest = a(0);
  for (Index i = 1; i < size; ++i) {
    if (a(i * size + i) > largest) largest = a(i * size + i);
  }
  return largest;
}

/// f = n^(-1/2) v^T u x on some samples, of weights A = (u v) of few neurons that stand for all n
/// (theory/gram.hpp): A(k * (d + 1) + i) is u_ki, and v_k at i = d. What it takes besides lies in
/// `room`. Inputs: d where it is known to the compiler, else 0.
template <Index Inputs>
struct WarmUpModel {
  Matrix<const double> x;  ///< (rows, d), of reduced samples (theory/reduce.hpp)
  Vector<const double> y;  ///< (rows)
  double share = 1.0;      ///< 1/m of the samples that they stand for
  double rest = 0.0;       ///< of sum (f - y)^2, which no weights change

  KOKKOS_INLINE_FUNCTION Index inputs() const {
    return Inputs > 0 ? Inputs : static_cast<Index>(x.extent(1));
  }
  /// Reduced samples are no more than inputs.
  KOKKOS_INLINE_FUNCTION Index rows() const {
    return Inputs == 1 ? 1 : static_cast<Index>(x.extent(0));
  }
  KOKKOS_INLINE_FUNCTION Index neurons() const { return inputs() + 1; }
  /// Numbers that `room` holds: error, zeta, and u x or the kernel.
  KOKKOS_INLINE_FUNCTION Index room() const {
    return rows() + inputs() + rows() * (rows() + neurons());
  }

  /// L = 1/(2m) sum (f - y)^2, prefactor n^(-1/2); leaves zeta = sum_a (f_a - y_a) x_a / m in
  /// `room`.
  template <class Weights, class Room>
  KOKKOS_INLINE_FUNCTION double loss(const Weights& a, const Room& room, double prefactor) const {
    const Index d = inputs(), m = rows(), n = neurons();
    const auto error = [&](Index i) -> double& { return room(i); };
    const auto zeta = [&](Index i) -> double& { return room(m + i); };
    for (Index i = 0; i < d; ++i) {  // f = x . (v^T u) / sqrt(n)
      double sum = 0.0;
      for (Index k = 0; k < n; ++k) sum += a(k * n + i) * a(k * n + d);
      zeta(i) = sum * prefactor;
    }
    double square = rest;
    for (Index s = 0; s < m; ++s) {
      double f = 0.0;
      for (Index i = 0; i < d; ++i) f += x(s, i) * zeta(i);
      error(s) = f - y(s);
      square += error(s) * error(s);
    }
    for (Index i = 0; i < d; ++i) {
      double sum = 0.0;
      for (Index s = 0; s < m; ++s) sum += error(s) * x(s, i);
      zeta(i) = sum * share;
    }
    return 0.5 * square * share;
  }

  /// change(j, g) for every element j of A with dL/dA_j = g: v zeta^T and u zeta times n^(-1/2), at
  /// the A and zeta of loss().
  template <class Weights, class Room, class Change>
  KOKKOS_INLINE_FUNCTION void descend(const Weights& a, const Room& room, double prefactor,
                                      const Change& change) const {
    const Index d = inputs(), m = rows(), n = neurons();
    for (Index k = 0; k < n; ++k) {
      const double v = a(k * n + d);
      double u_zeta = 0.0;
      for (Index i = 0; i < d; ++i) {
        const double zeta = room(m + i);
        u_zeta += a(k * n + i) * zeta;
        change(k * n + i, v * zeta * prefactor);
      }
      change(k * n + d, u_zeta * prefactor);
    }
  }

  /// Largest eigenvalue of Theta/m, Theta_ab = (x_a^T u^T u x_b + |v|^2 x_a.x_b)/n.
  template <class Weights, class Room>
  KOKKOS_INLINE_FUNCTION double lambda(const Weights& a, const Room& room, double width) const {
    const Index d = inputs(), m = rows(), n = neurons();
    const auto kernel = [&](Index i) -> double& { return room(m + d + i); };
    const auto u_x = [&](Index i) -> double& { return room(m + d + m * m + i); };
    double v_squared = 0.0;
    for (Index k = 0; k < n; ++k) v_squared += a(k * n + d) * a(k * n + d);
    for (Index s = 0; s < m; ++s) {
      for (Index k = 0; k < n; ++k) {
        double sum = 0.0;
        for (Index i = 0; i < d; ++i) sum += a(k * n + i) * x(s, i);
        u_x(s * n + k) = sum;
      }
    }
    for (Index s = 0; s < m; ++s) {
      for (Index t = 0; t < m; ++t) {
        double sum = 0.0;
        for (Index k = 0; k < n; ++k) sum += u_x(s * n + k) * u_x(t * n + k);
        for (Index i = 0; i < d; ++i) sum += v_squared * x(s, i) * x(t, i);
        kernel(s * m + t) = sum * share / width;
      }
    }
    return largest_eigenvalue(kernel, m);
  }
};

}  // namespace catapult
