// The guard space itself: kernels and copies work on it, the host does not.
#include <gmock/gmock.h>

#include <numeric>
#include <vector>

#include "guard_space.hpp"

namespace catapult::guard {
namespace {

using Execution = Kokkos::DefaultHostExecutionSpace;
using Device = Kokkos::Device<Execution, GuardSpace>;
using Vector = Kokkos::View<double*, Device>;
using Matrix = Kokkos::View<double**, Kokkos::LayoutRight, Device>;
using Strided = Kokkos::View<double**, Kokkos::LayoutStride, Device>;
using Range = Kokkos::RangePolicy<Execution>;

std::vector<double> values_of(const Vector& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  return {host.data(), host.data() + host.size()};
}

Vector counted(int size) {
  const Vector view("counted", size);
  Kokkos::parallel_for(
      Range(0, size), KOKKOS_LAMBDA(int i) { view(i) = i; });
  return view;
}

TEST(Guard, KernelsReadAndWrite) {
  const Vector view = counted(5);
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(0, 1, 2, 3, 4));
  double sum = 0.0;
  Kokkos::parallel_reduce(
      Range(0, 5), KOKKOS_LAMBDA(int i, double& s) { s += view(i); }, sum);
  EXPECT_EQ(sum, 10.0);
  Kokkos::parallel_scan(
      Range(0, 5), KOKKOS_LAMBDA(int i, double& s, bool last) {
        s += 1.0;
        if (last) view(i) = s;
      });
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(Guard, KernelsOfTeamsAndOfMoreAxes) {
  const Matrix matrix("matrix", 3, 2);
  using Team = Kokkos::TeamPolicy<Execution>;
  Kokkos::parallel_for(
      Team(3, Kokkos::AUTO), KOKKOS_LAMBDA(const Team::member_type& team) {
        const int row = team.league_rank();
        Kokkos::parallel_for(Kokkos::TeamThreadRange(team, 2),
                             [&](int column) { matrix(row, column) = 10 * row + column; });
      });
  Kokkos::parallel_for(
      Kokkos::MDRangePolicy<Execution, Kokkos::Rank<2>>({0, 0}, {3, 2}),
      KOKKOS_LAMBDA(int row, int column) { matrix(row, column) += 1; });
  EXPECT_THAT(values_of(Vector(matrix.data(), matrix.size())),
              ::testing::ElementsAre(1, 2, 11, 12, 21, 22));
}

TEST(Guard, ViewsAreFilledWithZeroOrAValue) {
  Vector view("view", 3);
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(0, 0, 0));
  Kokkos::deep_copy(view, 2.0);
  Kokkos::deep_copy(Execution(), Kokkos::subview(view, 1), 7.0);
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(2, 7, 2));
  EXPECT_EQ(view.label(), "view");
  Kokkos::resize(view, 4);
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(2, 7, 2, 0));
}

TEST(Guard, PartsAreFilledAndCopied) {
  const Matrix matrix("matrix", 2, 4);
  const Strided part = Kokkos::subview(matrix, Kokkos::ALL, std::pair(1, 3));
  Kokkos::deep_copy(part, 3.0);
  EXPECT_THAT(values_of(Vector(matrix.data(), matrix.size())),
              ::testing::ElementsAre(0, 3, 3, 0, 0, 3, 3, 0));
  const Matrix copy("copy", 2, 2);
  Kokkos::deep_copy(copy, part);
  EXPECT_THAT(values_of(Vector(copy.data(), copy.size())), ::testing::ElementsAre(3, 3, 3, 3));
  double corner = 0.0;
  Kokkos::deep_copy(corner, Kokkos::subview(matrix, 1, 2));
  EXPECT_EQ(corner, 3.0);
}

TEST(Guard, MirrorsLieOnTheHost) {
  const Vector view = counted(3);
  const auto mirror = Kokkos::create_mirror_view(view);
  EXPECT_FALSE(Arena::instance().holds(mirror.data()));
  EXPECT_TRUE(Arena::instance().holds(view.data()));
  Kokkos::deep_copy(mirror, 5.0);
  Kokkos::deep_copy(view, mirror);
  EXPECT_THAT(values_of(view), ::testing::ElementsAre(5, 5, 5));
}

TEST(Guard, MemoryIsUsedAgain) {
  const void* first = nullptr;
  for (int i = 0; i < 100; ++i) {
    const Vector view("view", 1 << 20);
    if (first == nullptr) first = view.data();
    EXPECT_EQ(view.data(), first);
  }
}

// With the line and a backtrace; death tests run their statement in a child.
constexpr char message[] = "host access to device memory";

TEST(GuardDeathTest, TheHostMayNotRead) {
  const Vector view = counted(3);
  EXPECT_DEATH(std::printf("%g", view(0)), message);
  EXPECT_DEATH(std::printf("%g", std::accumulate(view.data(), view.data() + 3, 0.0)), message);
}

TEST(GuardDeathTest, TheHostMayNotWrite) {
  const Vector view = counted(3);
  EXPECT_DEATH(view(0) = 1.0, message);
}

TEST(GuardDeathTest, NorAfterACopy) {
  const Vector view = counted(3);
  values_of(view);
  EXPECT_DEATH(view(0) = 1.0, message);
}

}  // namespace
}  // namespace catapult::guard
