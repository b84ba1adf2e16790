// Samples as the networks see them, and how they are spread over ranks.
// defines: Samples, samples_like, rows, take_rows, TakeRoom, SpreadSamples
#pragma once

#include <vector>

#include "base/communicator.hpp"
#include "base/partition.hpp"
#include "linalg/image_shape.hpp"
#include "linalg/views.hpp"

namespace catapult {

template <class Real>
struct Samples {
  Matrix<Real> x;  // (samples, inputs)
  Matrix<Real> y;  // (samples, outputs)
  ImageShape image = {};

  Index size() const { return static_cast<Index>(x.extent(0)); }
  Index inputs() const { return static_cast<Index>(x.extent(1)); }
  Index outputs() const { return static_cast<Index>(y.extent(1)); }
};

/// Room for so many samples like those of `like`; values unset.
template <class Real>
Samples<Real> samples_like(const Samples<Real>& like, Index size) {
  using Kokkos::view_alloc, Kokkos::WithoutInitializing;
  return {Matrix<Real>(view_alloc("samples_x", WithoutInitializing), size, like.inputs()),
          Matrix<Real>(view_alloc("samples_y", WithoutInitializing), size, like.outputs()),
          like.image};
}

/// The samples of `block`, not copied.
template <class Real>
Samples<Real> rows(const Samples<Real>& from, Block block) {
  const auto range = Kokkos::make_pair(block.begin, block.end);
  return {Kokkos::subview(from.x, range, Kokkos::ALL), Kokkos::subview(from.y, range, Kokkos::ALL),
          from.image};
}

/// Row i of `out` becomes row indices[i] of `from`. Shapes of `out`: (indices, inputs) and
/// (indices, outputs). The indices are on the device in `room` afterwards.
template <class Real>
void take_rows(const Samples<Real>& from, const std::vector<Index>& indices,
               const Samples<Real>& out, Vector<Index>& room);

/// Room that SpreadSamples::take keeps between calls, so that a batch a step allocates nothing.
template <class Real>
struct TakeRoom {
  Vector<Index> indices;
  Vector<Real> packed_x, packed_y, received_x, received_y;
};

/// Samples of which every rank holds the block that block_of gives it.
template <class Real>
class SpreadSamples {
 public:
  /// `mine`: this rank's block of the `size` samples of all `ranks`.
  SpreadSamples(Samples<Real> mine, Index size, Communicator ranks);

  Index size() const { return size_; }  ///< samples of all ranks
  Index inputs() const { return mine_.inputs(); }
  Index outputs() const { return mine_.outputs(); }
  const Samples<Real>& mine() const { return mine_; }
  const Communicator& ranks() const { return ranks_; }

  /// Sample i of `out` becomes sample wanted[i] of all, whoever holds it. Each rank names those it
  /// wants, in any order. Collective.
  void take(const std::vector<Index>& wanted, const Samples<Real>& out, TakeRoom<Real>& room) const;

  /// The samples of a block of each rank's choice; where all ranks hold theirs, not copied.
  /// Collective.
  Samples<Real> take(Block wanted) const;

 private:
  Samples<Real> mine_;
  Index size_;
  Communicator ranks_;
};

}  // namespace catapult
