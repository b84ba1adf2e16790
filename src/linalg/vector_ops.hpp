// Operations on flat vectors and on rows of matrices, on the device.
// defines: axpby, convert, dot, all_finite, add_to_rows, sum_rows
#pragma once

#include "linalg/element_loops.hpp"

namespace catapult {

/// y <- alpha x + beta y; beta = 0 ignores what y held.
template <class Real>
void axpby(double alpha, const Vector<const Real>& x, double beta, const Vector<Real>& y) {
  const Real a = static_cast<Real>(alpha), b = static_cast<Real>(beta);
  const Real* from = x.data();
  Real* to = y.data();
  Kokkos::parallel_for(
      "axpby", Range1(0, static_cast<Index>(y.extent(0))),
      KOKKOS_LAMBDA(Index i) { to[i] = b == Real(0) ? a * from[i] : a * from[i] + b * to[i]; });
}

/// to <- from, rounded where it must be
template <class From, class To>
void convert(const Vector<const From>& from, const Vector<To>& to) {
  Kokkos::parallel_for(
      "convert", Range1(0, static_cast<Index>(to.extent(0))),
      KOKKOS_LAMBDA(Index i) { to(i) = static_cast<To>(from(i)); });
}

/// Sum of x_i y_i in double precision, this rank's part.
template <class Real>
double dot(const Vector<const Real>& x, const Vector<const Real>& y) {
  double result = 0.0;
  Kokkos::parallel_reduce(
      "dot", Range1(0, static_cast<Index>(x.extent(0))),
      KOKKOS_LAMBDA(Index i, double& sum) { sum += double(x(i)) * double(y(i)); }, result);
  return result;
}

/// Whether no element is infinite or NaN, this rank's part.
template <class Real>
bool all_finite(const Vector<const Real>& x) {
  Index wrong = 0;
  Kokkos::parallel_reduce(
      "all_finite", Range1(0, static_cast<Index>(x.extent(0))),
      KOKKOS_LAMBDA(Index i, Index & count) { count += x(i) - x(i) == Real(0) ? 0 : 1; }, wrong);
  return wrong == 0;
}

/// matrix(r, j) <- matrix(r, j) + alpha row(j) for all r.
template <class Real>
void add_to_rows(double alpha, const Vector<const Real>& row, const MatrixRef<Real>& matrix) {
  const Real a = static_cast<Real>(alpha);
  for_elements(
      "add_to_rows", static_cast<Index>(matrix.extent(0)), static_cast<Index>(matrix.extent(1)),
      KOKKOS_LAMBDA(Index r, Index j) { matrix(r, j) += a * row(j); });
}

/// row(j) <- alpha sum_r matrix(r, j) + beta row(j), summed in double precision. A team takes a
/// stripe of neighbouring columns; each of its threads sums some of the rows, one thread all of
/// them on a host.
template <class Real>
void sum_rows(double alpha, const MatrixRef<const Real>& matrix, double beta,
              const Vector<Real>& row) {
  using Sums = Kokkos::View<double**, Kokkos::LayoutRight, Execution::scratch_memory_space,
                            Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  constexpr Index stripe = kernels_on_host ? 128 : 32;
  constexpr int threads = kernels_on_host ? 1 : 16;
  const Index rows = static_cast<Index>(matrix.extent(0));
  const Index columns = static_cast<Index>(matrix.extent(1));
  const Index stripes = (columns + stripe - 1) / stripe;
  const Team policy(narrow<int>(stripes, "stripes of a matrix"), threads, lanes_for(stripe));
  Kokkos::parallel_for(
      "sum_rows",
      Team(policy).set_scratch_size(0, Kokkos::PerTeam(Sums::shmem_size(threads, stripe))),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Sums sums(team.team_scratch(0), team.team_size(), stripe);
        const Index first = team.league_rank() * stripe, left = columns - first;
        const Index width = left < stripe ? left : stripe;
        const int thread = team.team_rank(), step = team.team_size();
        Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width),
                             [&](Index j) { sums(thread, j) = 0.0; });
        for (Index r = thread; r < rows; r += step) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width),
                               [&](Index j) { sums(thread, j) += double(matrix(r, first + j)); });
        }
        team.team_barrier();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, 1), [&](int) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width), [&](Index j) {
            double sum = 0.0;
            for (int t = 0; t < step; ++t) sum += sums(t, j);
            const Index column = first + j;
            row(column) =
                static_cast<Real>(alpha * sum + (beta == 0.0 ? 0.0 : beta * double(row(column))));
          });
        });
      });
}

}  // namespace catapult
