// Rows of a batch in groups that share statistics, and sums over each group.
// defines: groups_are_spread, GroupedRows, sum_by_group, for_grouped_rows
#pragma once

#include "linalg/element_loops.hpp"
#include "linalg/exchange.hpp"
#include "model/batch.hpp"

namespace catapult {

/// Whether a group has samples on several of so many ranks.
bool groups_are_spread(const Batch& batch, int sample_ranks);

/// A row is one image position of one sample of this rank. The rows of a group lie next to each
/// other; those on this rank are cut into chunks that are summed by themselves.
struct GroupedRows {
  GroupedRows(const Batch& batch, Index positions, int sample_ranks);

  Index groups;                 ///< of all ranks
  Index rows;                   ///< of this rank
  Index positions;              ///< of a sample
  bool spread;                  ///< a group has samples on several ranks
  Vector<Index> group_of;       ///< (samples of this rank)
  Matrix<Index> chunks;         ///< (chunks, 3): first row, end, group
  Vector<Index> chunks_before;  ///< (groups + 1): chunks of this rank in the groups before
  Vector<double> share;         ///< (groups): 1 / rows of the group on all ranks
  Vector<double> share_here;    ///< (groups): rows here / rows of the group
};

namespace grouped_rows {

constexpr Index stripe = 64;  ///< neighbouring channels that a team sums

/// partial (chunk, term, channel) <- sums over the rows of each chunk
template <class Terms>
void sum_chunks(const GroupedRows& rows, Index channels, const Terms& body, double* partial) {
  constexpr int terms = Terms::count;
  using Sums = Kokkos::View<double***, Kokkos::LayoutRight, Execution::scratch_memory_space,
                            Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  const Matrix<Index> chunks = rows.chunks;
  const Index stripes = (channels + stripe - 1) / stripe;
  const int threads = kernels_on_host ? 1 : 8;
  const Team policy(narrow<int>(static_cast<Index>(chunks.extent(0)) * stripes, "chunks of rows"),
                    threads, lanes_for(stripe));
  Kokkos::parallel_for(
      "sum_chunks",
      Team(policy).set_scratch_size(0, Kokkos::PerTeam(Sums::shmem_size(threads, terms, stripe))),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Sums sums(team.team_scratch(0), team.team_size(), terms, stripe);
        const Index chunk = team.league_rank() / stripes;
        const Index first = team.league_rank() % stripes * stripe, left = channels - first;
        const Index width = left < stripe ? left : stripe, group = chunks(chunk, 2);
        const int thread = team.team_rank(), step = team.team_size();
        for (int term = 0; term < terms; ++term) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width),
                               [&](Index j) { sums(thread, term, j) = 0.0; });
        }
        // Distances that the compiler knows, so that it takes neighbours at once.
        double* const mine = sums.data() + thread * terms * stripe;
        const Terms terms_of = body;
        const Index end = chunks(chunk, 1);
        for (Index row = chunks(chunk, 0) + thread; row < end; row += step) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width), [=](Index j) {
            double term[terms];
            terms_of(row, group, first + j, term);
            for (int k = 0; k < terms; ++k) mine[k * stripe + j] += term[k];
          });
        }
        team.team_barrier();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, terms), [&](int term) {
          Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, width), [&](Index j) {
            double sum = 0.0;
            for (int t = 0; t < step; ++t) sum += sums(t, term, j);
            partial[(chunk * terms + term) * channels + first + j] = sum;
          });
        });
      });
}

}  // namespace grouped_rows

/// sums (groups, Terms::count, channels) <- over this rank's rows of each group, in double;
/// body(row, group, channel, term) fills the terms of one element. `partial` is room.
template <class Terms>
void sum_by_group(const GroupedRows& rows, Index channels, const Terms& body,
                  Vector<double>& partial, const Vector<double>& sums) {
  constexpr int terms = Terms::count;
  const auto chunks = static_cast<Index>(rows.chunks.extent(0));
  const Vector<double> room = room_for(partial, chunks * terms * channels);
  if (chunks > 0) grouped_rows::sum_chunks(rows, channels, body, room.data());
  const Vector<Index> before = rows.chunks_before;
  for_elements(
      "sum_groups", rows.groups * terms, channels, KOKKOS_LAMBDA(Index line, Index channel) {
        const Index group = line / terms, term = line % terms;
        double sum = 0.0;
        for (Index chunk = before(group); chunk < before(group + 1); ++chunk) {
          sum += room((chunk * terms + term) * channels + channel);
        }
        sums(line * channels + channel) = sum;
      });
}

/// body(row, group, channel) for every element of this rank's rows: a team takes some rows.
template <class Body>
void for_grouped_rows(const char* name, const GroupedRows& rows, Index channels, const Body& body) {
  constexpr Index block = 32;
  const Vector<Index> group_of = rows.group_of;
  const Index all = rows.rows, positions = rows.positions;
  Kokkos::parallel_for(
      name,
      Team(narrow<int>((all + block - 1) / block, "blocks of rows"), Kokkos::AUTO,
           lanes_for(channels)),
      KOKKOS_LAMBDA(const TeamMember& team) {
        const Index begin = team.league_rank() * block, left = all - begin;
        Kokkos::parallel_for(
            Kokkos::TeamThreadRange(team, left < block ? left : block), [&](Index i) {
              const Index row = begin + i, group = group_of(row / positions);
              Kokkos::parallel_for(Kokkos::ThreadVectorRange(team, channels),
                                   [&](Index channel) { body(row, group, channel); });
            });
      });
}

}  // namespace catapult
