#include "base/normals.hpp"

#include <bit>

namespace catapult {
namespace {

constexpr int most_pairs = normals_at_a_time / 2;

/// |x of ours - x of the C library| of a normal number of this radius is a third of that or less:
/// the library's angle is off by up to 7e-16, ours by 5e-16, each function by 3e-16.
constexpr double doubt = 1e-14;

/// log u for 0 < u < 2, to 3e-16 of it. With u = 2^e m, m in [sqrt(1/2), sqrt(2)), and
/// s = (m - 1)/(m + 1), it is e log 2 + 2 (s + s^3/3 + s^5/5 + ...).
inline double log_of(double u) {
  constexpr auto root_half = std::bit_cast<std::uint64_t>(0.7071067811865476);
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  const std::uint64_t above = std::bit_cast<std::uint64_t>(u) - root_half;
  const auto exponent = static_cast<double>(static_cast<std::int64_t>(above) >> 52);
  const double m = std::bit_cast<double>(root_half + (above & fraction));
  const double s = (m - 1.0) / (m + 1.0), z = s * s;
  double sum = 1.0 / 23.0;
  for (int n = 21; n > 1; n -= 2) sum = sum * z + 1.0 / n;
  return exponent * 0.6931471805599453 + (2.0 * s + 2.0 * s * z * sum);
}

struct Turn {
  double cosine, sine;
};

/// Of 2 pi times the fraction of 64 bits that RandomStream takes for uniform: the quarter turns
/// that lie nearest, and Taylor's series for the eighth of a turn at most that is left.
inline Turn turn_of(std::uint64_t bits) {
  constexpr int quarter_bits = 51;
  const auto number = static_cast<std::int64_t>(bits >> 11);
  const std::int64_t quarters = (number + (std::int64_t{1} << (quarter_bits - 1))) >> quarter_bits;
  const auto left = static_cast<double>(number - (quarters << quarter_bits));
  const double x = 6.283185307179586 * 0x1.0p-53 * (left + 0.5), z = x * x;
  double sine = 1.0, cosine = 1.0;
  for (int n = 15; n > 1; n -= 2) sine = 1.0 - sine * z * (1.0 / (n * (n - 1)));
  for (int n = 16; n > 0; n -= 2) cosine = 1.0 - cosine * z * (1.0 / (n * (n - 1)));
  sine *= x;
  const bool odd = (quarters & 1) != 0;
  const bool left_half = ((quarters + 1) & 2) != 0, lower_half = (quarters & 2) != 0;
  const double across = odd ? sine : cosine, up = odd ? cosine : sine;
  return {left_half ? -across : across, lower_half ? -up : up};
}

}  // namespace

void draw_normals(const RandomStream& stream, Index row, Index first_pair, int pairs, double mean,
                  double deviation, float* values) {
  std::uint64_t first[most_pairs], second[most_pairs];
  for (int i = 0; i < pairs; ++i) stream.bits(row, first_pair + i, first[i], second[i]);
  const auto rounded = [=](double normal) { return static_cast<float>(mean + deviation * normal); };
  bool doubtful[most_pairs];
  for (int i = 0; i < pairs; ++i) {
    const double radius = std::sqrt(-2.0 * log_of(RandomStream::to_unit(first[i])));
    const Turn turn = turn_of(second[i]);
    const double x = radius * turn.cosine, y = radius * turn.sine, error = doubt * radius;
    values[2 * i] = rounded(x - error);
    values[2 * i + 1] = rounded(y - error);
    doubtful[i] = (values[2 * i] != rounded(x + error)) | (values[2 * i + 1] != rounded(y + error));
  }
  // Where the error could round to another float, the C library decides: 3 in a million.
  for (int i = 0; i < pairs; ++i) {
    if (!doubtful[i]) continue;
    const NormalPair exact = stream.normal_pair(row, first_pair + i);
    values[2 * i] = rounded(exact.first);
    values[2 * i + 1] = rounded(exact.second);
  }
}

}  // namespace catapult
