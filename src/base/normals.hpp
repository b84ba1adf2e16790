// Normal numbers many at a time, for a host's vector units.
// defines: normals_at_a_time, draw_normals
#pragma once

#include "base/random.hpp"

namespace catapult {

constexpr int normals_at_a_time = 128;

/// values[i] <- mean + deviation times the stream's normal number at (row, 2 first_pair + i), for
/// 2 `pairs` <= normals_at_a_time values: the very floats that normal_pair gives, three times
/// faster where the compiler has AVX-512.
void draw_normals(const RandomStream& stream, Index row, Index first_pair, int pairs, double mean,
                  double deviation, float* values);

}  // namespace catapult
