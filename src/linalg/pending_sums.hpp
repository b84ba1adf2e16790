// Sums over ranks that move while what is to be summed next is computed.
// defines: PendingSums
#pragma once

#include <deque>
#include <utility>

#include "linalg/exchange.hpp"

namespace catapult {

/// Parts of one large array of numbers, summed over the ranks one after another. Most networks move
/// a sum on only while MPI is called, which happens where another one starts or ends: so several
/// are under way at a time.
template <class Real>
class PendingSums {
 public:
  static constexpr Index rooms = 4;  ///< parts that have room at a time

  /// `most`: numbers of a part. The room stays in `storage`.
  PendingSums(const Communicator& ranks, Vector<Real>& storage, Index most)
      : ranks_(ranks), most_(most), room_(room_for(storage, rooms * most)) {}

  /// Room for the next part.
  Vector<Real> next(Index size) const {
    const Index begin = turn_ * most_;
    return Kokkos::subview(room_, std::pair(begin, begin + size));
  }
  /// Starts the sum of `part`, which lies in next() and belongs to `place`; where there is no room
  /// for another one, calls use(place, sum) with the oldest.
  template <class Use>
  void start(const Block& place, const Vector<Real>& part, const Use& use) {
    under_way_.push_back({place, part, PendingSum<Real>(ranks_, part)});
    turn_ = (turn_ + 1) % rooms;
    if (static_cast<Index>(under_way_.size()) == rooms) finish_one(use);
  }
  /// Uses all that are still under way.
  template <class Use>
  void finish(const Use& use) {
    while (!under_way_.empty()) finish_one(use);
  }

 private:
  struct Summing {
    Block place;
    Vector<Real> part;
    PendingSum<Real> sum;
  };

  template <class Use>
  void finish_one(const Use& use) {
    under_way_.front().sum.wait();
    use(under_way_.front().place, under_way_.front().part);
    under_way_.pop_front();
  }

  const Communicator& ranks_;
  Index most_;
  Index turn_ = 0;
  Vector<Real> room_;
  std::deque<Summing> under_way_;
};

}  // namespace catapult
