// Rows of samples: gathered, in blocks, spread over ranks.
#include <gmock/gmock.h>

#include "data/samples.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using testing::to_vector;

template <class Real>
Samples<Real> numbered(Index samples, Index inputs, Index outputs) {
  const HostMatrix<Real> x("x", samples, inputs), y("y", samples, outputs);
  for (Index i = 0; i < samples * inputs; ++i) x.data()[i] = static_cast<Real>(i);
  for (Index i = 0; i < samples * outputs; ++i) y.data()[i] = static_cast<Real>(-i);
  return {to_device(x), to_device(y)};
}

template <class Real>
class Rows : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Rows, Reals);

TYPED_TEST(Rows, AreGatheredInTheOrderOfTheIndices) {
  const auto from = numbered<TypeParam>(5, 3, 2);
  const Samples<TypeParam> out = {Matrix<TypeParam>("x", 4, 3), Matrix<TypeParam>("y", 4, 2)};
  Vector<Index> room;
  take_rows(from, {4, 0, 2, 0}, out, room);
  EXPECT_THAT(to_vector(out.x), ElementsAre(12, 13, 14, 0, 1, 2, 6, 7, 8, 0, 1, 2));
  EXPECT_THAT(to_vector(out.y), ElementsAre(-8, -9, 0, -1, -4, -5, 0, -1));
}

TYPED_TEST(Rows, MayBeNone) {
  const auto from = numbered<TypeParam>(5, 3, 2);
  Vector<Index> room;
  take_rows(from, {},
            Samples<TypeParam>{Matrix<TypeParam>("x", 0, 3), Matrix<TypeParam>("y", 0, 2)}, room);
  EXPECT_EQ(rows(from, {2, 2}).size(), 0);
  EXPECT_EQ(rows(from, {2, 2}).inputs(), 3);
}

TYPED_TEST(Rows, OfABlockAreNotCopied) {
  const auto from = numbered<TypeParam>(5, 3, 2);
  const auto block = rows(from, {1, 4});
  EXPECT_EQ(block.size(), 3);
  EXPECT_EQ(block.inputs(), 3);
  EXPECT_EQ(block.outputs(), 2);
  EXPECT_EQ(block.x.data(), from.x.data() + 3);
  EXPECT_EQ(block.y.data(), from.y.data() + 2);
  EXPECT_THAT(to_vector(block.x), ElementsAre(3, 4, 5, 6, 7, 8, 9, 10, 11));
}

/// All samples numbered, this rank's block of them.
SpreadSamples<double> spread(Index samples, const Communicator& ranks) {
  const auto all = numbered<double>(samples, 3, 2);
  return {rows(all, block_of(samples, ranks.size(), ranks.rank())), samples, ranks};
}

void expect_are(const Samples<double>& taken, const std::vector<Index>& wanted) {
  ASSERT_EQ(taken.size(), static_cast<Index>(wanted.size()));
  const auto x = to_host(taken.x), y = to_host(taken.y);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (Index column = 0; column < 3; ++column) {
      EXPECT_EQ(x(i, column), static_cast<double>(3 * wanted[i] + column));
    }
    for (Index column = 0; column < 2; ++column) {
      EXPECT_EQ(y(i, column), static_cast<double>(-2 * wanted[i] - column));
    }
  }
}

TEST(SpreadSamples, ReachTheRankThatWantsThem) {
  const Communicator ranks(MPI_COMM_WORLD);
  TakeRoom<double> room;
  for (const Index size : {17, 1, 2, 3, 17}) {  // fewer than ranks, and no multiple of them
    const auto samples = spread(size, ranks);
    std::vector<Index> wanted;  // other numbers, and another count, on each rank; some twice
    for (Index i = 0; i < 3 * ranks.rank() + 2; ++i) {
      wanted.push_back((7 * i + 5 * ranks.rank()) % size);
    }
    if (ranks.size() > 1 && ranks.rank() == ranks.size() - 1) wanted.clear();
    const auto out = samples_like(samples.mine(), static_cast<Index>(wanted.size()));
    samples.take(wanted, out, room);
    expect_are(out, wanted);
  }
}

TEST(SpreadSamples, InBlocksAreNotCopiedWhereTheyLie) {
  const Communicator ranks(MPI_COMM_WORLD);
  const auto samples = spread(17, ranks);
  const Block mine = block_of(17, ranks.size(), ranks.rank());
  EXPECT_EQ(samples.take(mine).x.data(), samples.mine().x.data());
  EXPECT_EQ(samples.take(Block{mine.begin, mine.begin}).size(), 0);
  const auto first = samples.take(Block{0, 9});  // beyond the block of any of several ranks
  expect_are(first, {0, 1, 2, 3, 4, 5, 6, 7, 8});
  const auto part = samples.take(Block{mine.begin + 1, mine.begin + 3});
  expect_are(part, {mine.begin + 1, mine.begin + 2});
  EXPECT_EQ(part.x.data(), samples.mine().x.data() + 3);
}

}  // namespace
}  // namespace catapult
