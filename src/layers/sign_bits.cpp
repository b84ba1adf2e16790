#include "layers/sign_bits.hpp"

namespace catapult {
namespace {

constexpr Index bits_of_word = 32;

template <class Real>
void pack_signs(const Vector<const Real>& numbers, std::uint32_t* words) {
  const auto size = static_cast<Index>(numbers.extent(0));
  const Real* from = numbers.data();
  Kokkos::parallel_for(
      "pack_signs", Range1(0, (size + bits_of_word - 1) / bits_of_word), KOKKOS_LAMBDA(Index w) {
        const Index first = w * bits_of_word;
        const Index count = size - first < bits_of_word ? size - first : bits_of_word;
        std::uint32_t word = 0;
        for (Index i = 0; i < count; ++i) {
          word |= static_cast<std::uint32_t>(!(from[first + i] <= Real(0))) << i;
        }
        words[w] = word;
      });
}

template <class Real>
void unpack_signs(const std::uint32_t* words, const Vector<Real>& numbers) {
  Real* to = numbers.data();
  Kokkos::parallel_for(
      "unpack_signs", Range1(0, static_cast<Index>(numbers.extent(0))), KOKKOS_LAMBDA(Index i) {
        const std::uint32_t bit = words[i / bits_of_word] >> (i % bits_of_word) & 1u;
        to[i] = bit != 0u ? Real(1) : Real(-1);
      });
}

}  // namespace

SignBits::SignBits(Index blocks, Index most)
    : words_((most + bits_of_word - 1) / bits_of_word), bits_("sign_bits", blocks * words_) {}

template <class Real>
void SignBits::pack(Index block, const Vector<const Real>& numbers) const {
  pack_signs<Real>(numbers, bits_.data() + block * words_);
}

template <class Real>
void SignBits::unpack(Index block, const Vector<Real>& numbers) const {
  unpack_signs<Real>(bits_.data() + block * words_, numbers);
}

#define CATAPULT_INSTANTIATE(Real)                                      \
  template void SignBits::pack(Index, const Vector<const Real>&) const; \
  template void SignBits::unpack(Index, const Vector<Real>&) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
#undef CATAPULT_INSTANTIATE

}  // namespace catapult
