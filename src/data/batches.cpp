#include "data/batches.hpp"

#include <fmt/format.h>

#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/streams.hpp"

namespace catapult {

BatchOrder::BatchOrder(Index samples, Index batch, Index seed)
    : samples_(samples), batch_(batch == 0 ? samples : batch), seed_(seed) {
  if (samples > 0 && batch >= 0 && batch <= samples) return;
  throw UsageError(
      fmt::format("data.batch is {} (there are {} training samples); ask for at most as many as "
                  "there are, or 0 for all",
                  batch, samples));
}

std::vector<Index> BatchOrder::indices(Index step) const {
  std::vector<Index> batch(static_cast<std::size_t>(batch_));
  if (full()) {
    std::iota(batch.begin(), batch.end(), Index{0});
    return batch;
  }
  Index position = step * batch_;  // in the stream of epochs
  for (Index& sample : batch) {
    sample = permutation(position / samples_)[static_cast<std::size_t>(position % samples_)];
    ++position;
  }
  return batch;
}

/// Fisher and Yates, from the last place down.
const std::vector<Index>& BatchOrder::permutation(Index epoch) const {
  if (epoch == cached_epoch_) return cached_;
  const RandomStream random(seed_, static_cast<std::uint32_t>(DataStream::batch_order));
  cached_.resize(static_cast<std::size_t>(samples_));
  std::iota(cached_.begin(), cached_.end(), Index{0});
  for (std::size_t place = cached_.size() - 1; place > 0; --place) {
    std::uint64_t bits = 0, unused = 0;
    random.bits(epoch, static_cast<Index>(place), bits, unused);
    std::swap(cached_[place], cached_[bits % (place + 1)]);
  }
  cached_epoch_ = epoch;
  return cached_;
}

}  // namespace catapult
