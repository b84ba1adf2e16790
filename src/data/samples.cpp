#include "data/samples.hpp"

#include <numeric>

#include "linalg/exchange.hpp"

namespace catapult {
namespace {

template <class Real>
void take_rows_of(const Matrix<Real>& from, const Vector<Index>& indices, const Matrix<Real>& out) {
  using Team = Kokkos::TeamPolicy<Device>;
  const Index columns = static_cast<Index>(out.extent(1));
  Kokkos::parallel_for(
      "take_rows",
      Team(narrow<int>(static_cast<Index>(indices.extent(0)), "rows of a batch"), Kokkos::AUTO),
      KOKKOS_LAMBDA(const typename Team::member_type& team) {
        const Index row = team.league_rank();
        const Index sample = indices(row);
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, columns),
                             [&](Index column) { out(row, column) = from(sample, column); });
      });
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
               const Samples<Real>& out) {
  if (indices.empty()) return;
  const Kokkos::View<const Index*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> host(
      indices.data(), indices.size());
  const Vector<Index> rows("take_rows_indices", indices.size());
  Kokkos::deep_copy(rows, host);
  take_rows_of(from.x, rows, out.x);
  take_rows_of(from.y, rows, out.y);
}

template <class Real>
SpreadSamples<Real>::SpreadSamples(Samples<Real> mine, Index size, Communicator ranks)
    : mine_(std::move(mine)), size_(size), ranks_(std::move(ranks)) {}

template <class Real>
void SpreadSamples<Real>::take(const std::vector<Index>& wanted, const Samples<Real>& out) const {
  if (ranks_.size() == 1) return take_rows(mine_, wanted, out);
  const Exchange exchange(wanted, size_, ranks_);
  const auto packed = samples_like(mine_, static_cast<Index>(exchange.to_send.size()));
  const auto received = samples_like(mine_, static_cast<Index>(wanted.size()));
  take_rows(mine_, exchange.to_send, packed);
  exchange.run(packed.x, received.x, ranks_);
  exchange.run(packed.y, received.y, ranks_);
  take_rows(received, exchange.arrivals, out);
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
  take(numbers, out);
  return out;
}

template void take_rows(const Samples<float>&, const std::vector<Index>&, const Samples<float>&);
template void take_rows(const Samples<double>&, const std::vector<Index>&, const Samples<double>&);
template class SpreadSamples<float>;
template class SpreadSamples<double>;

}  // namespace catapult
