// Ranks that work together: a duplicated MPI communicator and the collectives the project uses.
// defines: Communicator, Pending, on_root, on_all
#pragma once

#include <mpi.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/integer.hpp"

namespace catapult {

/// Transfers under way. Their buffers belong to MPI until wait() has returned or this object is
/// gone, whichever comes first.
class Pending {
 public:
  Pending() = default;
  Pending(Pending&& other) noexcept : requests_(std::exchange(other.requests_, {})) {}
  Pending& operator=(Pending&& other) noexcept {
    std::swap(requests_, other.requests_);
    return *this;
  }
  ~Pending();

  void wait();

 private:
  friend class Communicator;
  std::vector<MPI_Request> requests_;
};

/// A communicator of our own, duplicated from the one given, freed with its last copy.
/// Counts are 64-bit; transfers above the chunk limit are cut into pieces.
class Communicator {
 public:
  /// Collective over `original`.
  explicit Communicator(MPI_Comm original);

  /// Only this process; needs no MPI.
  static Communicator self() { return Communicator(MPI_COMM_SELF); }

  MPI_Comm get() const { return *handle_; }
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }

  /// Ranks of equal color together, ordered by key. Collective.
  Communicator split(int color, int key) const;

  void barrier() const;
  /// The same, calling `meanwhile` every few milliseconds while others are awaited.
  void barrier(const std::function<void()>& meanwhile) const;
  /// Ranks that share the memory of this rank's node. Collective.
  int ranks_of_node() const;

  /// Element by element, in place, same result on all ranks.
  template <class T>
  void sum(T* values, Index count) const;
  double sum(double value) const;
  double max(double value) const;
  double min(double value) const;

  template <class T>
  void broadcast(T* values, Index count, int root = 0) const;
  void broadcast(std::string& text, int root = 0) const;

  /// Concatenates the ranks' pieces in rank order; piece r has counts[r] elements and lies at the
  /// sum of the counts before it. `piece` may be that place of `whole` itself.
  template <class T>
  void all_gather(const T* piece, T* whole, const std::vector<Index>& counts) const;

  /// The ranks' pieces, of any lengths, one after another.
  std::vector<double> concatenate(const std::vector<double>& piece) const;
  /// Elements that the ranks before this one hold of what `concatenate` gives.
  Index elements_before(Index own) const;

  /// Sums `whole` over the ranks and leaves piece r (counts as in all_gather) on rank r.
  template <class T>
  void reduce_scatter(const T* whole, T* piece, const std::vector<Index>& counts) const;

  /// Piece r of `send`, of to[r] elements, to rank r; the pieces of all ranks, of from[r] elements
  /// each, one after another into `received`.
  template <class T>
  void all_to_all(const T* send, const std::vector<Index>& to, T* received,
                  const std::vector<Index>& from) const;

  /// Sums `values` over the ranks into `result` on `root` only.
  template <class T>
  void reduce(const T* values, T* result, Index count, int root) const;

  /// sum() that works while the caller does something else. Collective.
  template <class T>
  Pending start_sum(T* values, Index count) const;

  /// `values` to rank `to`, which receives as many; several messages arrive in their order.
  template <class T>
  Pending start_send(const T* values, Index count, int to) const;
  template <class T>
  void receive(T* values, Index count, int from) const;

  /// Bytes that this process has sent through all communicators, as far as an algorithm must that
  /// sends least: (p - 1)/p of the whole in a broadcast, all-gather, reduction or reduce-scatter
  /// over p ranks, twice that in a sum.
  static double bytes_sent();

  /// Elements of one transfer, for tests of what happens above it. Not to be changed while
  /// transfers are under way.
  static void set_chunk_limit(Index elements);

 private:
  struct Adopt {};
  Communicator(Adopt, MPI_Comm owned);

  /// A collective over `elements` numbers of so many bytes each has taken place.
  void count_collective(Index elements, std::size_t bytes, double turns = 1.0) const;

  std::shared_ptr<MPI_Comm> handle_;
  int rank_ = 0;
  int size_ = 1;
};

/// Runs `work` on rank 0 alone and lets all ranks know how it ended: an Error thrown there is
/// thrown on every rank, with the same code and message. Collective.
void on_root(const Communicator& ranks, const std::function<void()>& work);

/// Runs `work`, which must not call collectives, on every rank: an Error thrown on some is thrown
/// on all, with the code and message of the first of them. Collective.
void on_all(const Communicator& ranks, const std::function<void()>& work);

}  // namespace catapult
