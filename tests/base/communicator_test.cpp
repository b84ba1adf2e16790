// Collectives of a few ranks, with uneven and empty pieces.
#include "base/communicator.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace catapult {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

constexpr Index whole = Index{1} << 30;

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

/// Transfers of at most `limit` elements: 2 cuts every one of them.
template <class T, Index limit>
struct Cut {
  using Type = T;
  static constexpr Index chunk = limit;
};

template <class Parameter>
class Collectives : public ::testing::Test {
 protected:
  Collectives() { Communicator::set_chunk_limit(Parameter::chunk); }
  ~Collectives() override { Communicator::set_chunk_limit(whole); }

  Communicator ranks{MPI_COMM_WORLD};
};
using Types = ::testing::Types<Cut<float, whole>, Cut<double, whole>, Cut<int, whole>,
                               Cut<Index, whole>, Cut<std::uint64_t, whole>, Cut<float, 2>,
                               Cut<double, 2>, Cut<int, 2>, Cut<Index, 2>, Cut<std::uint64_t, 2>>;
TYPED_TEST_SUITE(Collectives, Types);

TYPED_TEST(Collectives, AllGatherJoinsUnevenPieces) {
  using Number = typename TypeParam::Type;
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index offset = own_offset(this->ranks, counts);
  const auto piece =
      counting_from<Number>(offset, counts[static_cast<std::size_t>(this->ranks.rank())]);
  std::vector<Number> all(static_cast<std::size_t>(total(counts)));
  this->ranks.all_gather(piece.data(), all.data(), counts);
  EXPECT_EQ(all, counting_from<Number>(0, total(counts)));
}

TYPED_TEST(Collectives, AllGatherTakesAPieceThatIsInPlace) {
  using Number = typename TypeParam::Type;
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index offset = own_offset(this->ranks, counts);
  const Index own = counts[static_cast<std::size_t>(this->ranks.rank())];
  std::vector<Number> all(static_cast<std::size_t>(total(counts)), Number{99});
  const auto piece = counting_from<Number>(offset, own);
  std::copy(piece.begin(), piece.end(), all.begin() + offset);
  this->ranks.all_gather(all.data() + offset, all.data(), counts);
  EXPECT_EQ(all, counting_from<Number>(0, total(counts)));
}

TYPED_TEST(Collectives, ReduceScatterLeavesTheOwnPieceOfTheSum) {
  using Number = typename TypeParam::Type;
  const std::vector<Index> counts = uneven_counts(this->ranks);
  const Index own = counts[static_cast<std::size_t>(this->ranks.rank())];
  const auto all = counting_from<Number>(this->ranks.rank(), total(counts));
  std::vector<Number> piece(static_cast<std::size_t>(own));
  this->ranks.reduce_scatter(all.data(), piece.data(), counts);
  const Index size = this->ranks.size();
  for (Index i = 0; i < own; ++i) {
    const Index expected = size * (own_offset(this->ranks, counts) + i) + size * (size - 1) / 2;
    EXPECT_EQ(piece[static_cast<std::size_t>(i)], static_cast<Number>(expected));
  }
}

TYPED_TEST(Collectives, SumAddsElementByElementInPlace) {
  using Number = typename TypeParam::Type;
  auto values = counting_from<Number>(this->ranks.rank(), 5);
  this->ranks.sum(values.data(), 5);
  const Index size = this->ranks.size();
  for (Index i = 0; i < 5; ++i) {
    EXPECT_EQ(values[static_cast<std::size_t>(i)],
              static_cast<Number>(size * i + size * (size - 1) / 2));
  }
}

TYPED_TEST(Collectives, BroadcastComesFromTheRootThatIsNamed) {
  using Number = typename TypeParam::Type;
  const int root = this->ranks.size() - 1;
  std::vector<Number> values(3, static_cast<Number>(10 + this->ranks.rank()));
  this->ranks.broadcast(values.data(), 3, root);
  EXPECT_THAT(values, Each(static_cast<Number>(10 + root)));
}

TYPED_TEST(Collectives, ReduceReachesTheRootAlone) {
  using Number = typename TypeParam::Type;
  const int root = this->ranks.size() - 1;
  const std::vector<Number> values(4, Number{2});
  std::vector<Number> result(4, Number{0});
  this->ranks.reduce(values.data(), result.data(), 4, root);
  const int expected = this->ranks.rank() == root ? 2 * this->ranks.size() : 0;
  EXPECT_THAT(result, Each(static_cast<Number>(expected)));
}

TYPED_TEST(Collectives, SumsWhileTheCallerDoesSomethingElse) {
  using Number = typename TypeParam::Type;
  auto values = counting_from<Number>(this->ranks.rank(), 5);
  Pending sum = this->ranks.start_sum(values.data(), 5);
  auto expected = counting_from<Number>(this->ranks.rank(), 5);
  this->ranks.sum(expected.data(), 5);
  sum.wait();
  EXPECT_EQ(values, expected);
}

TYPED_TEST(Collectives, MessagesArriveInTheirOrderAlsoFromTheRankItself) {
  using Number = typename TypeParam::Type;
  const int size = this->ranks.size(), rank = this->ranks.rank();
  const int to = (rank + 1) % size, from = (rank + size - 1) % size;
  const auto first = counting_from<Number>(rank, 5), second = counting_from<Number>(9, 3);
  Pending one = this->ranks.start_send(first.data(), 5, to);
  Pending two = this->ranks.start_send(second.data(), 3, to);
  std::vector<Number> values(5), others(3);
  this->ranks.receive(values.data(), 5, from);
  this->ranks.receive(others.data(), 3, from);
  EXPECT_EQ(values, counting_from<Number>(from, 5));
  EXPECT_EQ(others, second);
}

TYPED_TEST(Collectives, NothingAtAllIsAllowed) {
  using Number = typename TypeParam::Type;
  const std::vector<Index> counts(static_cast<std::size_t>(this->ranks.size()), 0);
  Number untouched{7};
  this->ranks.sum(&untouched, 0);
  this->ranks.broadcast(&untouched, 0);
  this->ranks.all_gather(&untouched, &untouched, counts);
  this->ranks.reduce_scatter(&untouched, &untouched, counts);
  EXPECT_EQ(untouched, Number{7});
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
