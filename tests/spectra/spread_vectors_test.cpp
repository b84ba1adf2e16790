// Vectors that are kept as they came: what is made of them is orthonormal all the same.
#include "spectra/spread_vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/partition.hpp"
#include "base/random.hpp"

namespace catapult::testing {
namespace {

constexpr Index elements = 300, vectors = 12;

template <class Real>
class SpreadVectorsOf : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SpreadVectorsOf, Precisions);

/// Each vector that comes lies all but a 50th of it along the one before: short of what is written
/// anew for itself, but in a chain the rounding errors multiply by 50 from each to the next.
TYPED_TEST(SpreadVectorsOf, AreOrthonormalWhereEachComesCloseToTheLast) {
  using Real = TypeParam;
  const Communicator world(MPI_COMM_WORLD);
  const Block mine = block_of(elements, world.size(), world.rank());
  SpreadVectors<Real> basis(world, mine.size(), vectors);
  std::vector<double> coefficients;
  const auto combined = [&](Index i) {
    std::vector<double> axis(static_cast<std::size_t>(basis.rows()), 0.0);
    if (i >= 0) axis[static_cast<std::size_t>(i)] = 1.0;
    std::vector<Real> x(static_cast<std::size_t>(mine.size()));
    basis.combine(axis, x.data());
    return x;
  };
  for (Index number = 0; number < vectors; ++number) {
    const RandomStream random(11, static_cast<std::uint32_t>(number));
    const std::vector<Real> last = combined(basis.rows() - 1);
    for (Index i = 0; i < mine.size(); ++i) {
      const double other = random.normal(mine.begin + i, 0) / std::sqrt(1.0 * elements);
      basis.next()[i] = static_cast<Real>(last[static_cast<std::size_t>(i)] + 0.02 * other);
    }
    ASSERT_GT(basis.split(coefficients), 0.0);
    basis.append();
  }
  // The norm of a 50th is the root of a difference that is a 2500th of what it is taken of.
  const double rounding = 4.0 * 2500.0 * std::numeric_limits<Real>::epsilon();
  for (Index i = 0; i < vectors; ++i) {
    for (Index j = 0; j <= i; ++j) {
      const std::vector<Real> x = combined(i), y = combined(j);
      double dot = 0.0;
      for (std::size_t k = 0; k < x.size(); ++k) dot += static_cast<double>(x[k]) * y[k];
      EXPECT_NEAR(world.sum(dot), i == j ? 1.0 : 0.0, rounding) << i << ", " << j;
    }
  }
}

}  // namespace
}  // namespace catapult::testing
