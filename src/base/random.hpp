// Random numbers that depend on nothing but (seed, stream, row, column): not on the number of
// ranks, not on the order of evaluation. Counter-based, on host and device alike.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), Philox4x32-10.
// defines: RandomStream, NormalPair
#pragma once

// Random123 knows the mark of device functions for CUDA alone, and there forgets the host.
#include <Kokkos_Macros.hpp>
#define R123_CUDA_DEVICE KOKKOS_FUNCTION
#include <Random123/philox.h>

#include <cmath>
#include <cstdint>

#include "base/integer.hpp"

namespace catapult {

/// Two independent standard normal numbers.
struct NormalPair {
  double first;
  double second;
};

/// The stream of numbers keyed by a seed and a stream number (a tensor, an epoch, a purpose).
class RandomStream {
 public:
  RandomStream(Index seed, std::uint32_t stream)
      : seed_(static_cast<std::uint64_t>(seed)), stream_(stream) {}

  /// 2 x 64 random bits of the counter (row, column).
  KOKKOS_INLINE_FUNCTION void bits(Index row, Index column, std::uint64_t& first,
                                   std::uint64_t& second) const {
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
    const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
    const auto r = static_cast<std::uint64_t>(row);
    const auto c = static_cast<std::uint64_t>(column);
    // The key has 64 bits for seed and stream; the seed's high half is folded into the counter.
    const r123::Philox4x32::ctr_type counter = {{low(r), high(r), low(c), high(c) ^ high(seed_)}};
    const r123::Philox4x32::key_type key = {{low(seed_), stream_}};
    const r123::Philox4x32::ctr_type out = r123::Philox4x32()(counter, key);
    first = (std::uint64_t{out[0]} << 32) | out[1];
    second = (std::uint64_t{out[2]} << 32) | out[3];
  }

  /// The uniform number of 64 random bits.
  KOKKOS_INLINE_FUNCTION static double to_unit(std::uint64_t bits) {
    return (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
  }

  /// Uniform in (0, 1).
  KOKKOS_INLINE_FUNCTION double uniform(Index row, Index column) const {
    std::uint64_t first = 0, second = 0;
    bits(row, column, first, second);
    return to_unit(first);
  }

  /// Standard normal numbers at (row, 2 pair) and (row, 2 pair + 1), by Box and Muller.
  KOKKOS_INLINE_FUNCTION NormalPair normal_pair(Index row, Index pair) const {
    std::uint64_t first = 0, second = 0;
    bits(row, pair, first, second);
    const double radius = std::sqrt(-2.0 * std::log(to_unit(first)));
    const double angle = 6.283185307179586 * to_unit(second);
    return {radius * std::cos(angle), radius * std::sin(angle)};
  }

  /// Standard normal number at (row, column).
  KOKKOS_INLINE_FUNCTION double normal(Index row, Index column) const {
    const NormalPair pair = normal_pair(row, column / 2);
    return column % 2 == 0 ? pair.first : pair.second;
  }

 private:
  std::uint64_t seed_;
  std::uint32_t stream_;
};

}  // namespace catapult
