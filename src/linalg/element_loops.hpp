// Kernels over matrices: neighbouring threads of a device take neighbours in a row, and so do the
// vector lanes of a host.
// defines: Team, TeamMember, for_elements, copy_elements, lanes_for, for_blocks_of_rows, for_tiles,
// mirror_lower
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

/// to <- from, of equal shape, both on the device.
template <class To, class From>
void copy_elements(const To& to, const From& from) {
  for_elements(
      "copy_elements", static_cast<Index>(to.extent(0)), static_cast<Index>(to.extent(1)),
      KOKKOS_LAMBDA(Index row, Index column) { to(row, column) = from(row, column); });
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

/// body(row, column) for every element, tile by tile, for kernels that read along one axis and
/// write along the other: within a tile both meet the same lines of memory.
template <class Body>
void for_tiles(const char* name, Index rows, Index columns, const Body& body) {
  constexpr Index tile = 32;
  const Index across = (columns + tile - 1) / tile, tiles = (rows + tile - 1) / tile * across;
  Kokkos::parallel_for(
      name, Team(narrow<int>(tiles, "tiles of a matrix"), Kokkos::AUTO, lanes_for(tile)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index top = team.league_rank() / across * tile;
        const Index left = team.league_rank() % across * tile;
        const Index height = rows - top < tile ? rows - top : tile;
        const Index width = columns - left < tile ? columns - left : tile;
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, height), [&](Index i) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width),
                               [&](Index j) { body(top + i, left + j); });
        });
      });
}

/// The upper triangle of a square matrix <- the mirror image of the lower one.
template <class Real>
void mirror_lower(const MatrixRef<Real>& matrix) {
  const Index size = static_cast<Index>(matrix.extent(0));
  for_tiles(
      "mirror_lower", size, size, KOKKOS_LAMBDA(Index row, Index column) {
        if (column > row) matrix(row, column) = matrix(column, row);
      });
}

}  // namespace catapult
