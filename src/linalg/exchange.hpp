// Collectives on device arrays. Where the device is not the host they pass through host mirrors.
// defines: sum_over, PendingSum, all_gather, gather_rows, reduce_scatter, exchange_rows
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "base/partition.hpp"
#include "linalg/views.hpp"

namespace catapult {

/// Element by element over the ranks, in place.
template <class Real>
void sum_over(const Communicator& ranks, const Vector<Real>& values) {
  if (ranks.size() == 1) return;
  const auto host = to_host(values);
  ranks.sum(host.data(), static_cast<Index>(host.extent(0)));
  Kokkos::deep_copy(values, host);
}

/// sum_over that works while the caller does something else; wait() leaves the sum in `values`.
template <class Real>
class PendingSum {
 public:
  PendingSum(const Communicator& ranks, const Vector<Real>& values)
      : values_(values),
        host_(to_host(values)),
        transfer_(ranks.start_sum(host_.data(), static_cast<Index>(host_.extent(0)))) {}

  void wait() {
    transfer_.wait();
    Kokkos::deep_copy(values_, host_);
  }

 private:
  Vector<Real> values_;
  typename Vector<Real>::HostMirror host_;
  Pending transfer_;
};

/// The ranks' pieces one after another; piece r has counts[r] elements.
template <class Real>
void all_gather(const Communicator& ranks, const Vector<const Real>& piece,
                const Vector<Real>& whole, const std::vector<Index>& counts) {
  const auto piece_host = to_host(piece);
  const auto whole_host = Kokkos::create_mirror_view(Kokkos::HostSpace(), whole);
  ranks.all_gather(piece_host.data(), whole_host.data(), counts);
  Kokkos::deep_copy(whole, whole_host);
}

/// The rows of all ranks in `room`, rank after rank: (own rows, width) -> (rows, width). Each rank
/// holds its block (block_of) of the `rows`, which may be empty.
template <class Real>
MatrixRef<const Real> gather_rows(const Communicator& ranks, const MatrixRef<const Real>& here,
                                  Index rows, const Vector<Real>& room) {
  const auto width = static_cast<Index>(here.extent(1));
  std::vector<Index> counts;
  for (int rank = 0; rank < ranks.size(); ++rank) {
    counts.push_back(block_of(rows, ranks.size(), rank).size() * width);
  }
  all_gather(ranks, Vector<const Real>(here.data(), here.size()), room, counts);
  return matrix_over<const Real>(room.data(), rows, width);
}

/// `whole` summed over the ranks; piece r (counts[r] elements) stays on rank r.
template <class Real>
void reduce_scatter(const Communicator& ranks, const Vector<const Real>& whole,
                    const Vector<Real>& piece, const std::vector<Index>& counts) {
  const auto whole_host = to_host(whole);
  const auto piece_host = Kokkos::create_mirror_view(Kokkos::HostSpace(), piece);
  ranks.reduce_scatter(whole_host.data(), piece_host.data(), counts);
  Kokkos::deep_copy(piece, piece_host);
}

/// The next to[r] rows of `send` to rank r; from[r] rows of each rank r, one after another, into
/// `received`.
template <class Real>
void exchange_rows(const Communicator& ranks, const Matrix<Real>& send, std::vector<Index> to,
                   const Matrix<Real>& received, std::vector<Index> from) {
  for (Index& count : to) count *= static_cast<Index>(send.extent(1));
  for (Index& count : from) count *= static_cast<Index>(received.extent(1));
  const auto send_host = to_host(send);
  const auto received_host = Kokkos::create_mirror_view(Kokkos::HostSpace(), received);
  ranks.all_to_all(send_host.data(), to, received_host.data(), from);
  Kokkos::deep_copy(received, received_host);
}

}  // namespace catapult
