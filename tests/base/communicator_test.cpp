// Collectives of a few ranks, with uneven and empty pieces.
#include "base/communicator.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace catapult {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

/// Rank r has `per_rank`[r] elements: 4, 0, 7 first of all.
std::vector<Index> uneven_counts(const Communicator& ranks) {
  const std::vector<Index> pattern = {4, 0, 7};
  std::vector<Index> counts;
  for (int rank = 0; rank < ranks.size(); ++rank) counts.push_back(pattern[rank % 3]);
  return counts;
}

Index total(const std::vector<Index>& counts) {
  return std::accumulate(counts.begin(), counts.end(), Index{0});
}

/// Where the piece of this rank begins.
Index own_offset(const Communicator& ranks, const std::vector<Index>& counts) {
  return std::accumulate(counts.begin(), counts.begin() + ranks.rank(), Index{0});
}

template <class T>
std::vector<T> counting_from(Index first, Index count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), static_cast<T>(first));
  return values;
}

template <class T>
class Collectives : public ::testing::Test {
 protected:
  Communicator ranks{MPI_COMM_WORLD};
};
using Types = ::testing::Types<float, double, int, Index, std::uint64_t>;
TYPED_TEST_SUITE(Collectives, Types);

TYPED_TEST(Collectives, AllGatherJoinsUnevenPieces) {
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index offset = own_offset(this->ranks, counts);
  const auto piece =
      counting_from<TypeParam>(offset, counts[static_cast<std::size_t>(this->ranks.rank())]);
  std::vector<TypeParam> whole(static_cast<std::size_t>(total(counts)));
  this->ranks.all_gather(piece.data(), whole.data(), counts);
  EXPECT_EQ(whole, counting_from<TypeParam>(0, total(counts)));
}

TYPED_TEST(Collectives, AllGatherTakesAPieceThatIsInPlace) {
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index offset = own_offset(this->ranks, counts);
  const Index own = counts[static_cast<std::size_t>(this->ranks.rank())];
  std::vector<TypeParam> whole(static_cast<std::size_t>(total(counts)), TypeParam{99});
  const auto piece = counting_from<TypeParam>(offset, own);
  std::copy(piece.begin(), piece.end(), whole.begin() + offset);
  this->ranks.all_gather(whole.data() + offset, whole.data(), counts);
  EXPECT_EQ(whole, counting_from<TypeParam>(0, total(counts)));
}

TYPED_TEST(Collectives, ReduceScatterLeavesTheOwnPieceOfTheSum) {
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index own = counts[static_cast<std::size_t>(this->ranks.rank())];
  const auto whole = counting_from<TypeParam>(this->ranks.rank(), total(counts));
  std::vector<TypeParam> piece(static_cast<std::size_t>(own));
  this->ranks.reduce_scatter(whole.data(), piece.data(), counts);
  const Index size = this->ranks.size();
  for (Index i = 0; i < own; ++i) {
    const Index expected = size * (own_offset(this->ranks, counts) + i) + size * (size - 1) / 2;
    EXPECT_EQ(piece[static_cast<std::size_t>(i)], static_cast<TypeParam>(expected));
  }
}

TYPED_TEST(Collectives, SumAddsElementByElementInPlace) {
  auto values = counting_from<TypeParam>(this->ranks.rank(), 5);
  this->ranks.sum(values.data(), 5);
  const Index size = this->ranks.size();
  for (Index i = 0; i < 5; ++i) {
    EXPECT_EQ(values[static_cast<std::size_t>(i)],
              static_cast<TypeParam>(size * i + size * (size - 1) / 2));
  }
}

TYPED_TEST(Collectives, BroadcastComesFromTheRootThatIsNamed) {
  const int root = this->ranks.size() - 1;
  std::vector<TypeParam> values(3, static_cast<TypeParam>(10 + this->ranks.rank()));
  this->ranks.broadcast(values.data(), 3, root);
  EXPECT_THAT(values, Each(static_cast<TypeParam>(10 + root)));
}

TYPED_TEST(Collectives, ReduceReachesTheRootAlone) {
  const int root = this->ranks.size() - 1;
  const std::vector<TypeParam> values(4, TypeParam{2});
  std::vector<TypeParam> result(4, TypeParam{0});
  this->ranks.reduce(values.data(), result.data(), 4, root);
  const int expected = this->ranks.rank() == root ? 2 * this->ranks.size() : 0;
  EXPECT_THAT(result, Each(static_cast<TypeParam>(expected)));
}

TYPED_TEST(Collectives, NothingAtAllIsAllowed) {
  const std::vector<Index> counts(static_cast<std::size_t>(this->ranks.size()), 0);
  TypeParam untouched{7};
  this->ranks.sum(&untouched, 0);
  this->ranks.broadcast(&untouched, 0);
  this->ranks.all_gather(&untouched, &untouched, counts);
  this->ranks.reduce_scatter(&untouched, &untouched, counts);
  EXPECT_EQ(untouched, TypeParam{7});
}

TEST(Communicator, SumMaxAndMinOfOneNumber) {
  const Communicator ranks(MPI_COMM_WORLD);
  const double rank = ranks.rank(), size = ranks.size();
  EXPECT_EQ(ranks.sum(rank + 0.5), size * (size - 1) / 2 + 0.5 * size);
  EXPECT_EQ(ranks.max(rank), size - 1);
  EXPECT_EQ(ranks.min(rank - 4.0), -4.0);
}

TEST(Communicator, BroadcastsTextsOfAnyLength) {
  const Communicator ranks(MPI_COMM_WORLD);
  for (const std::string& sent : {std::string(), std::string("a deck\0with a zero", 18)}) {
    std::string text = ranks.is_root() ? sent : "something longer that was here before";
    ranks.broadcast(text);
    EXPECT_EQ(text, sent);
  }
}

TEST(Communicator, SplitsByColorAndOrdersByKey) {
  const Communicator ranks(MPI_COMM_WORLD);
  const int color = ranks.rank() % 2;
  const Communicator part = ranks.split(color, -ranks.rank());
  EXPECT_EQ(part.size(), (ranks.size() + 1 - color) / 2);
  const double largest = part.max(ranks.rank());
  EXPECT_EQ(part.is_root(), ranks.rank() == largest);
}

TEST(Communicator, SelfIsAlone) {
  EXPECT_EQ(Communicator::self().size(), 1);
  EXPECT_EQ(Communicator::self().sum(3.0), 3.0);
}

TEST(OnRoot, RunsOnRankZeroAlone) {
  const Communicator ranks(MPI_COMM_WORLD);
  double calls = 0.0;
  on_root(ranks, [&] { ++calls; });
  EXPECT_EQ(calls, ranks.is_root() ? 1.0 : 0.0);
  EXPECT_EQ(ranks.sum(calls), 1.0);
}

TEST(OnRoot, ThrowsTheSameErrorOnEveryRank) {
  const Communicator ranks(MPI_COMM_WORLD);
  const std::string where = ranks.is_root() ? "the file" : "nowhere";
  try {
    on_root(ranks, [&] { throw DataError("cannot read " + where); });
    FAIL() << "the error of rank 0 was lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), HasSubstr("cannot read the file"));
  }
}

}  // namespace
}  // namespace catapult
