#include "model/hidden_sums.hpp"

#include "linalg/element_loops.hpp"

namespace catapult {
namespace {

KOKKOS_INLINE_FUNCTION double term(Index kind, double h, double e) {
  switch (kind) {
    case HiddenSums::product:
      return h * e;
    case HiddenSums::square:
      return h * h;
    case HiddenSums::error_square:
      return e * e;
    case HiddenSums::magnitude:
      return h < 0.0 ? -h : h;
    default:
      return h > 0.0 ? 1.0 : 0.0;
  }
}

}  // namespace

template <class Real>
void add_hidden_sums(const MatrixRef<const Real>& h, const MatrixRef<const Real>& e,
                     const Matrix<double>& sums) {
  const auto samples = static_cast<Index>(h.extent(0)), neurons = static_cast<Index>(h.extent(1));
  constexpr Index kinds = HiddenSums::kinds;
  Kokkos::parallel_for(
      "hidden_sums", Team(narrow<int>(samples * kinds, "sums of samples"), Kokkos::AUTO),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index sample = team.league_rank() / kinds, kind = team.league_rank() % kinds;
        double sum = 0.0;
        Kokkos::parallel_reduce(
            Kokkos::TeamThreadRange(team, neurons),
            [&](Index i, double& part) {
              part +=
                  term(kind, static_cast<double>(h(sample, i)), static_cast<double>(e(sample, i)));
            },
            sum);
        Kokkos::single(Kokkos::PerTeam(team), [&] { sums(sample, kind) += sum; });
      });
}

#define CATAPULT_INSTANTIATE(Real)                                                          \
  template void add_hidden_sums(const MatrixRef<const Real>&, const MatrixRef<const Real>&, \
                                const Matrix<double>&);
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
