// Collectives on device arrays.
// defines: sum_over, PendingSum, all_gather, gather_rows, reduce_scatter, reduce,
// exchange_rows, PendingSend, receive
#pragma once

#include <optional>
#include <vector>

#include "base/communicator.hpp"
#include "base/partition.hpp"
#include "linalg/lease.hpp"

namespace catapult {

/// Element by element over the ranks, in place.
template <class Real>
void sum_over(const Communicator& ranks, const Vector<Real>& values) {
  if (ranks.size() == 1) return;
  Lease<Real> lease(values, /*filled=*/true);
  ranks.sum(lease.data(), static_cast<Index>(values.size()));
  lease.give_back();
}

/// sum_over that works while the caller does something else; wait() leaves the sum in `values`.
template <class Real>
class PendingSum {
 public:
  PendingSum(const Communicator& ranks, const Vector<Real>& values) {
    if (ranks.size() == 1) return;
    lease_.emplace(values, /*filled=*/true);
    transfer_ = ranks.start_sum(lease_->data(), static_cast<Index>(values.size()));
  }

  void wait() {
    transfer_.wait();
    if (lease_) lease_->give_back();
  }

 private:
  std::optional<Lease<Real>> lease_;
  Pending transfer_;  // ends before the lease does
};

/// The ranks' pieces one after another; piece r has counts[r] elements.
template <class Real>
void all_gather(const Communicator& ranks, const Vector<const Real>& piece,
                const Vector<Real>& whole, const std::vector<Index>& counts) {
  const Lease<const Real> mine(piece);
  Lease<Real> all(whole);
  ranks.all_gather(mine.data(), all.data(), counts);
  all.give_back();
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
  all_gather(ranks, flat(here), room, counts);
  return matrix_over<const Real>(room.data(), rows, width);
}

/// `whole` summed over the ranks; piece r (counts[r] elements) stays on rank r.
template <class Real>
void reduce_scatter(const Communicator& ranks, const Vector<const Real>& whole,
                    const Vector<Real>& piece, const std::vector<Index>& counts) {
  const Lease<const Real> all(whole);
  Lease<Real> mine(piece);
  ranks.reduce_scatter(all.data(), mine.data(), counts);
  mine.give_back();
}

/// `values` summed over the ranks into `sum`, of equal size, on `root` alone (empty elsewhere).
template <class Real>
void reduce(const Communicator& ranks, const Vector<const Real>& values, const Vector<Real>& sum,
            int root) {
  const Lease<const Real> mine(values);
  Lease<Real> all(sum);
  ranks.reduce(mine.data(), all.data(), static_cast<Index>(values.size()), root);
  all.give_back();
}

/// The next to[r] rows of `send` to rank r; from[r] rows of each rank r, one after another, into
/// `received`.
template <class Real>
void exchange_rows(const Communicator& ranks, const Matrix<Real>& send, std::vector<Index> to,
                   const Matrix<Real>& received, std::vector<Index> from) {
  for (Index& count : to) count *= static_cast<Index>(send.extent(1));
  for (Index& count : from) count *= static_cast<Index>(received.extent(1));
  const Lease<const Real> out(Vector<const Real>(flat(send)));
  Lease<Real> in(flat(received));
  ranks.all_to_all(out.data(), to, in.data(), from);
  in.give_back();
}

/// `values` under way to rank `to`; several arrive in their order.
template <class Real>
class PendingSend {
 public:
  PendingSend(const Communicator& ranks, const Vector<const Real>& values, int to)
      : lease_(values),
        transfer_(ranks.start_send(lease_.data(), static_cast<Index>(values.size()), to)) {}
  void wait() { transfer_.wait(); }

 private:
  Lease<const Real> lease_;
  Pending transfer_;  // ends before the lease does
};

/// `values` <- what rank `from` sends.
template <class Real>
void receive(const Communicator& ranks, const Vector<Real>& values, int from) {
  Lease<Real> lease(values);
  ranks.receive(lease.data(), static_cast<Index>(values.size()), from);
  lease.give_back();
}

}  // namespace catapult
