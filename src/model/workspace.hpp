// Room that the layers of a network use one after another.
// defines: Room, Workspace
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "linalg/views.hpp"

namespace catapult {

/// What lies in a room while a pass goes through a chain.
enum class Room {
  values,  ///< outputs that are not kept but made again
  errors,  ///< back-propagated, behind a layer and before it
  errors_next,
  tangents,
  tangents_next,
  error_tangents,
  error_tangents_next,
  layer,  ///< of one layer during one of its maps
  layer_next,
};
constexpr std::size_t rooms_of_a_level = 9;

/// One array a room and level of nesting (a chain within a layer of a chain is one level below),
/// shared by all layers of a tape: none of them keeps anything there beyond the pass. Sizes are
/// told before the first use, so an array never moves.
template <class Real>
class Workspace {
 public:
  Workspace() : levels_(std::make_shared<std::vector<Level>>(1)) {}

  /// That of a chain within a layer of this one's chain.
  Workspace below() const {
    Workspace inner = *this;
    ++inner.level_;
    if (levels_->size() <= inner.level_) levels_->resize(inner.level_ + 1);
    return inner;
  }

  void reserve(Room room, Index size) const {
    Array& array = at(room);
    array.size = std::max(array.size, size);
  }
  /// So many numbers, of those reserved.
  Vector<Real> room(Room room, Index size) const {
    Array& array = at(room);
    reserve(room, size);
    room_for(array.numbers, array.size);
    return Kokkos::subview(array.numbers, std::pair(Index{0}, size));
  }

 private:
  struct Array {
    Index size = 0;
    Vector<Real> numbers;
  };
  using Level = std::array<Array, rooms_of_a_level>;

  Array& at(Room room) const { return (*levels_)[level_][static_cast<std::size_t>(room)]; }

  std::shared_ptr<std::vector<Level>> levels_;
  std::size_t level_ = 0;
};

}  // namespace catapult
