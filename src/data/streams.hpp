// The random streams of this room, far from those of parameters, which are numbered from 0.
// defines: DataStream
#pragma once

#include <cstdint>

namespace catapult {

enum class DataStream : std::uint32_t {
  train_x = 0xda7a0000,
  train_y,
  test_x,
  test_y,
  batch_order,
  augment_image,
  augment_mixup,
};

}  // namespace catapult
