// What ranks send each other.
#include "base/communicator.hpp"

#include <algorithm>
#include <exception>

#include "base/mpi_check.hpp"

namespace catapult {
namespace {

Index chunk_limit = Index{1} << 30;  // elements a call; MPI 3 counts with an int
double sent = 0.0;                   // bytes

template <class T>
MPI_Datatype datatype() {
  if constexpr (std::is_same_v<T, float>) return MPI_FLOAT;
  if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
  if constexpr (std::is_same_v<T, int>) return MPI_INT;
  if constexpr (std::is_same_v<T, Index>) return MPI_INT64_T;
  if constexpr (std::is_same_v<T, std::uint64_t>) return MPI_UINT64_T;
  if constexpr (std::is_same_v<T, unsigned char>) return MPI_UNSIGNED_CHAR;
  if constexpr (std::is_same_v<T, char>) return MPI_CHAR;
}

/// What a process alone has from all.
template <class T>
void keep(const T* from, Index count, T* to) {
  if (from != to) std::copy(from, from + count, to);
}

/// Calls transfer(offset, count) for pieces of at most chunk_limit elements.
template <class Transfer>
void in_chunks(Index count, Transfer&& transfer) {
  for (Index offset = 0; offset < count; offset += chunk_limit) {
    transfer(offset, static_cast<int>(std::min(chunk_limit, count - offset)));
  }
}

}  // namespace

Pending::~Pending() {
  // Who unwinds ends the job: nobody else may come to what this rank would wait for.
  if (std::uncaught_exceptions() == 0) wait();
}

void Pending::wait() {
  if (requests_.empty()) return;
  mpi_check(MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE),
            "MPI_Waitall");
  requests_.clear();
}

void Communicator::count_collective(Index elements, std::size_t bytes, double turns) const {
  sent += turns * static_cast<double>(elements) * static_cast<double>(bytes) * (size_ - 1) / size_;
}

double Communicator::bytes_sent() { return sent; }

template <class T>
void Communicator::sum(T* values, Index count) const {
  if (size_ == 1) return;
  count_collective(count, sizeof(T), 2.0);
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Allreduce(MPI_IN_PLACE, values + offset, size, datatype<T>(), MPI_SUM, get()),
              "MPI_Allreduce");
  });
}

double Communicator::sum(double value) const {
  sum(&value, 1);
  return value;
}

double Communicator::max(double value) const {
  if (size_ == 1) return value;
  count_collective(1, sizeof(double), 2.0);
  mpi_check(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, get()), "MPI_Allreduce");
  return value;
}

double Communicator::min(double value) const { return -max(-value); }

template <class T>
void Communicator::broadcast(T* values, Index count, int root) const {
  if (size_ == 1) return;
  count_collective(count, sizeof(T));
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Bcast(values + offset, size, datatype<T>(), root, get()), "MPI_Bcast");
  });
}

void Communicator::broadcast(std::string& text, int root) const {
  Index length = static_cast<Index>(text.size());
  broadcast(&length, 1, root);
  text.resize(static_cast<std::size_t>(length));
  broadcast(text.data(), length, root);
}

template <class T>
void Communicator::all_gather(const T* piece, T* whole, const std::vector<Index>& counts) const {
  if (size_ == 1) return keep(piece, counts[0], whole);
  // One broadcast a piece where the int counts of MPI_Allgatherv would overflow.
  std::vector<int> sizes, offsets;
  Index total = 0;
  for (const Index count : counts) total += count;
  const Index own = counts[static_cast<std::size_t>(rank_)];
  if (total > chunk_limit) {
    T* at = whole;
    for (int root = 0; root < size_; ++root) {
      if (root == rank_ && piece != at) std::copy(piece, piece + own, at);
      broadcast(at, counts[static_cast<std::size_t>(root)], root);
      at += counts[static_cast<std::size_t>(root)];
    }
    return;
  }
  count_collective(total, sizeof(T));
  int offset = 0;
  for (const Index count : counts) {
    sizes.push_back(static_cast<int>(count));
    offsets.push_back(offset);
    offset += static_cast<int>(count);
  }
  const bool in_place = piece == whole + offsets[static_cast<std::size_t>(rank_)];
  mpi_check(MPI_Allgatherv(in_place ? MPI_IN_PLACE : piece, static_cast<int>(own), datatype<T>(),
                           whole, sizes.data(), offsets.data(), datatype<T>(), get()),
            "MPI_Allgatherv");
}

std::vector<double> Communicator::concatenate(const std::vector<double>& piece) const {
  std::vector<Index> counts(static_cast<std::size_t>(size_), 1);
  const auto own = static_cast<Index>(piece.size());
  all_gather(&own, counts.data(), std::vector<Index>(counts));
  Index total = 0;
  for (const Index count : counts) total += count;
  std::vector<double> whole(static_cast<std::size_t>(total));
  all_gather(piece.data(), whole.data(), counts);
  return whole;
}

Index Communicator::elements_before(Index own) const {
  if (size_ == 1) return 0;
  Index before = 0;
  mpi_check(MPI_Exscan(&own, &before, 1, MPI_INT64_T, MPI_SUM, get()), "MPI_Exscan");
  return is_root() ? 0 : before;
}

template <class T>
void Communicator::reduce_scatter(const T* whole, T* piece,
                                  const std::vector<Index>& counts) const {
  if (size_ == 1) return keep(whole, counts[0], piece);
  Index total = 0;
  for (const Index count : counts) total += count;
  if (total > chunk_limit) {
    for (int root = 0; root < size_; ++root) {
      reduce(whole, piece, counts[static_cast<std::size_t>(root)], root);
      whole += counts[static_cast<std::size_t>(root)];
    }
    return;
  }
  count_collective(total, sizeof(T));
  const std::vector<int> sizes(counts.begin(), counts.end());
  mpi_check(MPI_Reduce_scatter(whole, piece, sizes.data(), datatype<T>(), MPI_SUM, get()),
            "MPI_Reduce_scatter");
}

template <class T>
void Communicator::all_to_all(const T* send, const std::vector<Index>& to, T* received,
                              const std::vector<Index>& from) const {
  if (size_ == 1) return keep(send, to[0], received);
  // Every receive is open before the first send, so that no rank waits for another's turn.
  Pending transfers;
  for (int rank = 0; rank < size_; ++rank) {
    const Index count = from[static_cast<std::size_t>(rank)];
    in_chunks(count, [&](Index offset, int size) {
      mpi_check(MPI_Irecv(received + offset, size, datatype<T>(), rank, 0, get(),
                          &transfers.requests_.emplace_back()),
                "MPI_Irecv");
    });
    received += count;
  }
  std::vector<Pending> sends;
  for (int rank = 0; rank < size_; ++rank) {
    const Index count = to[static_cast<std::size_t>(rank)];
    sends.push_back(start_send(send, count, rank));
    send += count;
  }
  transfers.wait();
}

template <class T>
void Communicator::reduce(const T* values, T* result, Index count, int root) const {
  if (size_ == 1) return keep(values, count, result);
  count_collective(count, sizeof(T));
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Reduce(values + offset, rank_ == root ? result + offset : nullptr, size,
                         datatype<T>(), MPI_SUM, root, get()),
              "MPI_Reduce");
  });
}

template <class T>
Pending Communicator::start_sum(T* values, Index count) const {
  Pending pending;
  if (size_ == 1) return pending;
  count_collective(count, sizeof(T), 2.0);
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Iallreduce(MPI_IN_PLACE, values + offset, size, datatype<T>(), MPI_SUM, get(),
                             &pending.requests_.emplace_back()),
              "MPI_Iallreduce");
  });
  return pending;
}

template <class T>
Pending Communicator::start_send(const T* values, Index count, int to) const {
  Pending pending;
  if (to != rank_) sent += static_cast<double>(count) * sizeof(T);
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Isend(values + offset, size, datatype<T>(), to, 0, get(),
                        &pending.requests_.emplace_back()),
              "MPI_Isend");
  });
  return pending;
}

template <class T>
void Communicator::receive(T* values, Index count, int from) const {
  in_chunks(count, [&](Index offset, int size) {
    mpi_check(MPI_Recv(values + offset, size, datatype<T>(), from, 0, get(), MPI_STATUS_IGNORE),
              "MPI_Recv");
  });
}

void Communicator::set_chunk_limit(Index elements) { chunk_limit = elements; }

#define CATAPULT_COLLECTIVES(T)                                                              \
  template void Communicator::sum(T*, Index) const;                                          \
  template void Communicator::broadcast(T*, Index, int) const;                               \
  template void Communicator::all_gather(const T*, T*, const std::vector<Index>&) const;     \
  template void Communicator::reduce_scatter(const T*, T*, const std::vector<Index>&) const; \
  template void Communicator::all_to_all(const T*, const std::vector<Index>&, T*,            \
                                         const std::vector<Index>&) const;                   \
  template void Communicator::reduce(const T*, T*, Index, int) const;                        \
  template Pending Communicator::start_sum(T*, Index) const;                                 \
  template Pending Communicator::start_send(const T*, Index, int) const;                     \
  template void Communicator::receive(T*, Index, int) const;
CATAPULT_COLLECTIVES(float)
CATAPULT_COLLECTIVES(double)
CATAPULT_COLLECTIVES(int)
CATAPULT_COLLECTIVES(Index)
CATAPULT_COLLECTIVES(std::uint64_t)
#undef CATAPULT_COLLECTIVES
template void Communicator::all_gather(const char*, char*, const std::vector<Index>&) const;
template void Communicator::broadcast(char*, Index, int) const;
template void Communicator::broadcast(unsigned char*, Index, int) const;

}  // namespace catapult
