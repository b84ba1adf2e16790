// Kernels over matrices: neighbouring threads of a device take neighbours in a row, and so do the
// vector lanes of a host.
// defines: for_elements, for_blocks_of_rows, mirror_lower
#pragma once

#include "linalg/views.hpp"

namespace catapult {

using Team = Kokkos::TeamPolicy<Execution>;
using TeamMember = Team::member_type;

/// body(row, column) for every element: a team a row, its threads along the row.
template <class Body>
void for_elements(const char* name, Index rows, Index columns, const Body& body) {
  Kokkos::parallel_for(
      name, Team(narrow<int>(rows, "rows of a matrix"), Kokkos::AUTO),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index row = team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, columns),
                             [&](Index column) { body(row, column); });
      });
}

/// Vector lanes for rows of so many neighbours: a power of two, at most what the device has.
inline int lanes_for(Index neighbours) {
  int lanes = 1;
  while (lanes < neighbours && 2 * lanes <= Team::vector_length_max()) lanes *= 2;
  return kernels_on_host ? 1 : lanes;
}

/// body(row, block, inside) for blocks of `length` neighbours of every row.
template <class Body>
void for_blocks_of_rows(const char* name, Index rows, Index blocks, Index length,
                        const Body& body) {
  Kokkos::parallel_for(
      name, Team(narrow<int>(rows, "rows of a matrix"), Kokkos::AUTO, lanes_for(length)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index row = team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, blocks), [&](Index block) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, length),
                               [&](Index inside) { body(row, block, inside); });
        });
      });
}

/// The upper triangle of a square matrix <- the mirror image of the lower one, tile by tile.
template <class Real>
void mirror_lower(const MatrixRef<Real>& matrix) {
  constexpr Index tile = 32;
  const Index size = static_cast<Index>(matrix.extent(0)), tiles = (size + tile - 1) / tile;
  Kokkos::parallel_for(
      "mirror_lower",
      Team(narrow<int>(tiles * tiles, "tiles of a matrix"), Kokkos::AUTO, lanes_for(tile)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index first = team.league_rank() / tiles * tile;
        const Index left = team.league_rank() % tiles * tile;
        if (left < first) return;
        const Index rows = size - first < tile ? size - first : tile;
        const Index columns = size - left < tile ? size - left : tile;
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, rows), [&](Index i) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, columns), [&](Index j) {
            const Index row = first + i, column = left + j;
            if (column > row) matrix(row, column) = matrix(column, row);
          });
        });
      });
}

}  // namespace catapult
