// Second-order maps of every layer against finite differences, against each other, and on every
// grid of ranks against one rank.
#include <gmock/gmock.h>

#include "model/pair.hpp"

namespace catapult::testing {
namespace {

class SecondOrder : public ::testing::TestWithParam<Case> {};

Vector<double> direction(const Network<double>& network, Index seed) {
  const Vector<double> d("direction", network.parameters());
  initialize(network, seed, d);
  return d;
}

Vector<double> moved(const Vector<double>& theta, double by, const Vector<double>& d) {
  const Vector<double> result("moved", theta.extent(0));
  Kokkos::deep_copy(result, theta);
  axpby<double>(by, d, 1.0, result);
  return result;
}

/// First and second derivatives of the outputs along a direction, and what they leave.
struct Along {
  Along(NetworkPair& pair, const Vector<double>& d)
      : first("first", pair.mine.size(), pair.network.outputs()),
        second("second", pair.mine.size(), pair.network.outputs()) {
    pair.network.second_pushforward(pair.theta, pair.tape, d, first, second);
  }
  Matrix<double> first, second;
};

/// (H d)^T r + J^T tangent
Vector<double> hessian_pullback(NetworkPair& pair, const Vector<double>& d, const Matrix<double>& r,
                                const Matrix<double>& tangent) {
  Along along(pair, d);
  const Vector<double> result("hessian_pullback", pair.network.parameters());
  pair.network.second_pullback(pair.theta, pair.tape, d, pair.my_rows(r), pair.my_rows(tangent),
                               {result, 1.0, 0.0});
  return result;
}

TEST_P(SecondOrder, FirstDerivativeIsThePushforward) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const Vector<double> d = direction(pair.network, 31);
    const Matrix<double> expected("jd", pair.mine.size(), pair.network.outputs());
    pair.network.pushforward(pair.theta, pair.tape, d, expected);
    EXPECT_LT(largest_difference(Along(pair, d).first, expected), 1e-12);
  }
}

TEST_P(SecondOrder, FirstDerivativeCanBeHadAlone) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const Case& test = GetParam();
    const Vector<double> d = direction(pair.network, 39);
    const auto r = random_matrix<double>(test.samples, test.outputs, 11);
    const Vector<double> expected = hessian_pullback(pair, d, r, r);
    const Matrix<double> both = Along(pair, d).first;
    const Matrix<double> first("first", pair.mine.size(), pair.network.outputs());
    pair.network.forward(pair.theta, pair.my_rows(pair.x), pair.tape);
    pair.network.second_pushforward(pair.theta, pair.tape, d, first, Matrix<double>());
    EXPECT_EQ(largest_difference(first, both), 0.0);
    const Vector<double> got("hessian_pullback", pair.network.parameters());
    pair.network.second_pullback(pair.theta, pair.tape, d, pair.my_rows(r), pair.my_rows(r),
                                 {got, 1.0, 0.0});
    EXPECT_EQ(largest_difference(got, expected), 0.0);
  }
}

TEST_P(SecondOrder, SecondDerivativeIsTheDifferenceOfPushforwards) {
  for (const int width : grids(GetParam())) {
    NetworkPair pair(GetParam(), width);
    const Vector<double> d = direction(pair.network, 32);
    const Along along(pair, d);
    const double h = 1e-6;
    const auto pushforward_at = [&](double by) {
      const Vector<double> theta = moved(pair.theta, by, d);
      const Matrix<double> jd("jd", pair.mine.size(), pair.network.outputs());
      pair.network.forward(theta, pair.my_rows(pair.x), pair.tape);
      pair.network.pushforward(theta, pair.tape, d, jd);
      return jd;
    };
    const Matrix<double> plus = pushforward_at(h), minus = pushforward_at(-h);
    axpby<double>(-0.5 / h, flat(minus), 0.5 / h, flat(plus));
    EXPECT_LT(largest_difference(plus, along.second), 1e-5);
  }
}

TEST_P(SecondOrder, SecondPullbackIsTheDifferenceOfPullbacks) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Vector<double> d = direction(pair.network, 33);
    const auto r = random_matrix<double>(test.samples, test.outputs, 6);
    const auto tangent = random_matrix<double>(test.samples, test.outputs, 7);
    const Vector<double> got = hessian_pullback(pair, d, r, tangent);
    const double h = 1e-6;
    const auto pullback_at = [&](double by) {
      const Vector<double> theta = moved(pair.theta, by, d);
      const Matrix<double> moving("moving", test.samples, test.outputs);
      Kokkos::deep_copy(moving, r);
      axpby<double>(by, flat(tangent), 1.0, flat(moving));
      const Vector<double> gradient("gradient", pair.network.parameters());
      pair.network.forward(theta, pair.my_rows(pair.x), pair.tape);
      pair.network.pullback(theta, pair.tape, pair.my_rows(moving), {gradient, 1.0, 0.0});
      return gradient;
    };
    const Vector<double> plus = pullback_at(h), minus = pullback_at(-h);
    axpby<double>(-0.5 / h, minus, 0.5 / h, plus);
    EXPECT_LT(largest_difference(plus, got), 1e-5);
  }
}

TEST_P(SecondOrder, HessiansAreSymmetric) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Vector<double> d = direction(pair.network, 34), e = direction(pair.network, 35);
    const auto r = random_matrix<double>(test.samples, test.outputs, 8);
    const Matrix<double> zero("zero", test.samples, test.outputs);
    const Vector<double> hd = hessian_pullback(pair, d, r, zero);
    const Matrix<double> zero_again("zero", test.samples, test.outputs);
    const Vector<double> he = hessian_pullback(pair, e, r, zero_again);
    const double left = pair.parameter_dot(hd, e), right = pair.parameter_dot(he, d);
    EXPECT_NEAR(left, right, 1e-11 * (1.0 + std::abs(left)));
    // and the second pushforward is the same Hessian: d^T (H d)^T r = r . (d^T H d)
    const double curvature = pair.output_dot(Along(pair, d).second, pair.my_rows(r));
    EXPECT_NEAR(pair.parameter_dot(hd, d), curvature, 1e-11 * (1.0 + std::abs(curvature)));
  }
}

TEST_P(SecondOrder, MapsAreTheSameOnEveryGrid) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Vector<double> d = direction(pair.network, 36), whole_d = direction(pair.whole, 36);
    const auto r = random_matrix<double>(test.samples, test.outputs, 9);
    const Vector<double> got = hessian_pullback(pair, d, r, r);

    const Matrix<double> first("first", test.samples, test.outputs);
    const Matrix<double> second("second", test.samples, test.outputs);
    const Vector<double> whole("whole", pair.whole.parameters());
    pair.whole.second_pushforward(pair.whole_theta, pair.whole_tape, whole_d, first, second);
    pair.whole.second_pullback(pair.whole_theta, pair.whole_tape, whole_d, r, r, {whole, 1.0, 0.0});
    EXPECT_LT(largest_difference(Along(pair, d).second, pair.my_rows(second)), 1e-11);
    EXPECT_LT(largest_difference(got, local_part(pair.network, pair.whole, whole)), 1e-11);
  }
}

TEST_P(SecondOrder, GradientMayBeFusedIntoTheDirection) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const Vector<double> d = direction(pair.network, 37);
    const auto r = random_matrix<double>(test.samples, test.outputs, 10);
    const Vector<double> expected("expected", d.extent(0));
    axpby<double>(0.9, d, 0.0, expected);
    axpby<double>(-0.7, hessian_pullback(pair, d, r, r), 1.0, expected);
    Along along(pair, d);
    pair.network.second_pullback(pair.theta, pair.tape, d, pair.my_rows(r), pair.my_rows(r),
                                 {d, -0.7, 0.9});
    EXPECT_LT(largest_difference(d, expected), 1e-11);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, SecondOrder, ::testing::ValuesIn(second_order_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(SecondOrderMaps, AreRefusedWithTheNameOfTheLayerThatHasNone) {
  const auto message_of = [](const auto& call) -> std::string {
    try {
      call();
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no UsageError";
  };
  const auto names_the_layer = ::testing::HasSubstr("layer \"filter\" has no second derivatives");
  for (const int width : grids(case_named("filter"))) {
    NetworkPair pair(case_named("filter"), width);
    const Vector<double> d = direction(pair.network, 38);
    EXPECT_THAT(message_of([&] { Along(pair, d); }), names_the_layer);

    const Filter layer(pair.grid.shape(), {.channels = 2}, {.channels = 8, .sharded = true}, 0);
    const auto state = layer.make_state(Batch{1, {0, 1}}, Workspace<double>());
    const Point<double> at{pair.grid, d};
    EXPECT_THAT(message_of([&] { layer.second_pullback(at, *state, d, {}, {}, {}); }),
                names_the_layer);
  }
}

}  // namespace
}  // namespace catapult::testing
