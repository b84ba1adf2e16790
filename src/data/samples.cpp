#include "data/samples.hpp"

#include <numeric>

#include "linalg/element_loops.hpp"
#include "linalg/exchange.hpp"

namespace catapult {
namespace {

template <class Real>
void take_rows_of(const Matrix<Real>& from, const Vector<Index>& indices, const Matrix<Real>& out) {
  for_elements(
      "take_rows", static_cast<Index>(indices.extent(0)), static_cast<Index>(out.extent(1)),
      KOKKOS_LAMBDA(Index row, Index column) { out(row, column) = from(indices(row), column); });
}

/// Room for `size` samples like those of `like`, in x and y.
template <class Real>
Samples<Real> samples_in(Vector<Real>& x, Vector<Real>& y, const Samples<Real>& like, Index size) {
  return {Matrix<Real>(room_for(x, size * like.inputs()).data(), size, like.inputs()),
          Matrix<Real>(room_for(y, size * like.outputs()).data(), size, like.outputs()),
          like.image};
}

/// Which rank sends which samples to which, from what each rank wants.
class Exchange {
 public:
  /// wanted: numbers among `size` samples of all ranks. Collective.
  Exchange(const std::vector<Index>& wanted, Index size, const Communicator& ranks)
      : wanted_(static_cast<std::size_t>(ranks.size())), asked_(wanted_.size()) {
    const Index parts = ranks.size();
    for (const Index sample : wanted) ++wanted_[as_size(part_holding(sample, size, parts))];
    const std::vector<Index> one(wanted_.size(), 1);
    ranks.all_to_all(wanted_.data(), one, asked_.data(), one);

    std::vector<Index> next(wanted_.size(), 0);  // where the next sample from a rank arrives
    std::partial_sum(wanted_.begin(), wanted_.end() - 1, next.begin() + 1);
    std::vector<Index> requests(wanted.size());
    for (const Index sample : wanted) {
      const Index holder = part_holding(sample, size, parts);
      arrivals.push_back(next[as_size(holder)]++);
      requests[as_size(arrivals.back())] = sample - block_of(size, parts, holder).begin;
    }
    to_send.resize(as_size(std::accumulate(asked_.begin(), asked_.end(), Index{0})));
    ranks.all_to_all(requests.data(), wanted_, to_send.data(), asked_);
  }

  /// Rows of `packed`, in the order of to_send, arrive in `received`. Collective.
  template <class Real>
  void run(const Matrix<Real>& packed, const Matrix<Real>& received,
           const Communicator& ranks) const {
    exchange_rows(ranks, packed, asked_, received, wanted_);
  }

  std::vector<Index> to_send;   ///< this rank's rows, by the ranks that want them
  std::vector<Index> arrivals;  ///< where each wanted sample arrives

 private:
  static std::size_t as_size(Index number) { return static_cast<std::size_t>(number); }

  std::vector<Index> wanted_;  ///< samples from each rank
  std::vector<Index> asked_;   ///< samples for each rank
};

}  // namespace

template <class Real>
void take_rows(const Samples<Real>& from, const std::vector<Index>& indices,
               const Samples<Real>& out, Vector<Index>& room) {
  if (indices.empty()) return;
  const Vector<Index> rows = room_for(room, static_cast<Index>(indices.size()));
  upload(indices.data(), rows);
  take_rows_of(from.x, rows, out.x);
  take_rows_of(from.y, rows, out.y);
}

template <class Real>
SpreadSamples<Real>::SpreadSamples(Samples<Real> mine, Index size, Communicator ranks)
    : mine_(std::move(mine)), size_(size), ranks_(std::move(ranks)) {}

template <class Real>
void SpreadSamples<Real>::take(const std::vector<Index>& wanted, const Samples<Real>& out,
                               TakeRoom<Real>& room) const {
  if (ranks_.size() == 1) return take_rows(mine_, wanted, out, room.indices);
  const Exchange exchange(wanted, size_, ranks_);
  const auto packed =
      samples_in(room.packed_x, room.packed_y, mine_, static_cast<Index>(exchange.to_send.size()));
  const auto received =
      samples_in(room.received_x, room.received_y, mine_, static_cast<Index>(wanted.size()));
  take_rows(mine_, exchange.to_send, packed, room.indices);
  exchange.run(packed.x, received.x, ranks_);
  exchange.run(packed.y, received.y, ranks_);
  take_rows(received, exchange.arrivals, out, room.indices);
}

template <class Real>
Samples<Real> SpreadSamples<Real>::take(Block wanted) const {
  const Block mine = block_of(size_, ranks_.size(), ranks_.rank());
  const bool held = wanted.begin >= mine.begin && wanted.end <= mine.end;
  if (ranks_.min(held || wanted.size() == 0 ? 1.0 : 0.0) > 0.0) {
    if (wanted.size() == 0) return rows(mine_, {0, 0});
    return rows(mine_, {wanted.begin - mine.begin, wanted.end - mine.begin});
  }
  std::vector<Index> numbers(static_cast<std::size_t>(wanted.size()));
  std::iota(numbers.begin(), numbers.end(), wanted.begin);
  const auto out = samples_like(mine_, wanted.size());
  TakeRoom<Real> room;
  take(numbers, out, room);
  return out;
}

template void take_rows(const Samples<float>&, const std::vector<Index>&, const Samples<float>&,
                        Vector<Index>&);
template void take_rows(const Samples<double>&, const std::vector<Index>&, const Samples<double>&,
                        Vector<Index>&);
template class SpreadSamples<float>;
template class SpreadSamples<double>;

}  // namespace catapult
