// One bit a number: all that piecewise linear functions leave to their slopes.
// defines: SignBits
#pragma once

#include <cstdint>

#include "linalg/views.hpp"

namespace catapult {

/// Whether numbers are positive (or NaN), for blocks of them: 32 in the room of one.
class SignBits {
 public:
  SignBits() = default;
  /// Room for so many blocks of up to `most` numbers.
  SignBits(Index blocks, Index most);

  bool empty() const { return bits_.extent(0) == 0; }
  template <class Real>
  void pack(Index block, const Vector<const Real>& numbers) const;
  /// numbers <- 1 where those packed were positive, else -1
  template <class Real>
  void unpack(Index block, const Vector<Real>& numbers) const;

 private:
  Index words_ = 0;  ///< of a block
  Vector<std::uint32_t> bits_;
};

}  // namespace catapult
