// The maps of every layer against each other, against finite differences, and on every grid of
// ranks against one rank.
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

class Maps : public ::testing::TestWithParam<Case> {};

constexpr double rounding = 1e-12;

TEST_P(Maps, ForwardIsTheSameOnEveryGrid) {
  for (const int width : grids(GetParam())) {
    const NetworkPair pair(GetParam(), width);
    EXPECT_LT(largest_difference(pair.tape.outputs(), pair.my_rows(pair.whole_tape.outputs())),
              rounding);
  }
}

TEST_P(Maps, InitialWeightsAreTheSameBitsOnEveryGrid) {
  for (const int width : grids(GetParam())) {
    const NetworkPair pair(GetParam(), width);
    EXPECT_EQ(
        largest_difference(pair.theta, local_part(pair.network, pair.whole, pair.whole_theta)),
        0.0);
  }
}

TEST_P(Maps, ParametersLieOnExactlyOneWidthRank) {
  for (const int width : grids(GetParam())) {
    const NetworkPair pair(GetParam(), width);
    EXPECT_EQ(pair.grid.width.sum(static_cast<double>(pair.network.parameters())),
              static_cast<double>(pair.whole.parameters()));
  }
}

TEST_P(Maps, GradientIsTheSameOnEveryGrid) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const auto w = random_matrix<double>(test.samples, test.outputs, 2);
    const Vector<double> gradient("gradient", pair.network.parameters());
    const Vector<double> whole("gradient", pair.whole.parameters());
    pair.network.pullback(pair.theta, pair.tape, pair.my_rows(w), {gradient, 1.0, 0.0});
    pair.whole.pullback(pair.whole_theta, pair.whole_tape, w, {whole, 1.0, 0.0});
    EXPECT_LT(largest_difference(gradient, local_part(pair.network, pair.whole, whole)), 1e-11);
  }
}

TEST_P(Maps, PullbackIsTheAdjointOfPushforward) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const auto w = random_matrix<double>(test.samples, test.outputs, 3);
    const Vector<double> v("v", pair.network.parameters());
    initialize(pair.network, 99, v);
    const Matrix<double> jv("jv", pair.mine.size(), test.outputs);
    const Vector<double> jtw("jtw", pair.network.parameters());
    pair.network.pushforward(pair.theta, pair.tape, v, jv);
    pair.network.pullback(pair.theta, pair.tape, pair.my_rows(w), {jtw, 1.0, 0.0});
    const double left = pair.output_dot(jv, pair.my_rows(w)), right = pair.parameter_dot(v, jtw);
    EXPECT_NEAR(left, right, 1e-12 * (1.0 + std::abs(left)));
  }
}

TEST_P(Maps, PushforwardIsTheDerivativeByFiniteDifferences) {
  const Case& test = GetParam();
  NetworkPair pair(test, grids(test).back());
  const Vector<double> v("v", pair.network.parameters());
  initialize(pair.network, 98, v);
  const Matrix<double> jv("jv", pair.mine.size(), test.outputs);
  pair.network.pushforward(pair.theta, pair.tape, v, jv);
  const double h = 1e-6;
  const auto shifted = [&](double by) {
    const Vector<double> moved("moved", pair.network.parameters());
    Kokkos::deep_copy(moved, pair.theta);
    axpby<double>(by, v, 1.0, moved);
    auto tape = pair.network.make_tape(test.samples);
    pair.network.forward(moved, pair.my_rows(pair.x), tape);
    const Matrix<double> f("f", pair.mine.size(), test.outputs);  // outlives the tape
    Kokkos::deep_copy(f, tape.outputs());
    return f;
  };
  const Matrix<double> plus = shifted(h), minus = shifted(-h);
  axpby<double>(-0.5 / h, flat(minus), 0.5 / h, flat(plus));
  EXPECT_LT(largest_difference(plus, jv), 1e-6);
}

TEST_P(Maps, KernelProductOfABlockIsPushforwardOfPullbackOfEachVector) {
  const Case& test = GetParam();
  constexpr Index vectors = 3;
  for (const KernelForm form : {KernelForm::cheapest, KernelForm::gram}) {
    for (const int width : grids(test)) {
      NetworkPair pair(test, width);
      const Index rows = pair.mine.size();
      const auto v = random_matrix<double>(vectors * rows, test.outputs, 4);
      const Matrix<double> product("product", vectors * rows, test.outputs);
      pair.network.prepare_kernel(pair.theta, pair.tape, test.samples, false, form);
      pair.network.kernel_product(pair.theta, pair.tape, vectors, v, product);
      for (Index i = 0; i < vectors; ++i) {
        const auto block = std::pair(i * rows, (i + 1) * rows);
        const Matrix<double> one = Kokkos::subview(v, block, Kokkos::ALL);
        const Matrix<double> expected("expected", rows, test.outputs);
        const Vector<double> jtv("jtv", pair.network.parameters());
        pair.network.pullback(pair.theta, pair.tape, one, {jtv, 1.0, 0.0});
        pair.network.pushforward(pair.theta, pair.tape, jtv, expected);
        const Matrix<double> got = Kokkos::subview(product, block, Kokkos::ALL);
        EXPECT_LT(largest_difference(got, expected), 1e-10);
      }
    }
  }
}

TEST_P(Maps, GradientMayBeFusedIntoTheParameters) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    const auto w = random_matrix<double>(test.samples, test.outputs, 5);
    const Vector<double> gradient("gradient", pair.network.parameters());
    pair.network.pullback(pair.theta, pair.tape, pair.my_rows(w), {gradient, 1.0, 0.0});
    const Vector<double> expected("expected", pair.network.parameters());
    Kokkos::deep_copy(expected, pair.theta);
    axpby<double>(-0.7, gradient, 0.9, expected);
    pair.network.pullback(pair.theta, pair.tape, pair.my_rows(w), {pair.theta, -0.7, 0.9});
    EXPECT_LT(largest_difference(pair.theta, expected), rounding * 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Maps, ::testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.name; });

TEST(Initialization, NarrowNetworkIsABlockOfTheWideOne) {
  const Grid self = make_grid(Communicator::self(), 1);
  const auto narrow = build_network<double>(model_of({6, 5}, "relu", "ntk", 0.1), {3, 2}, self);
  const auto wide = build_network<double>(model_of({12, 10}, "relu", "ntk", 0.1), {3, 2}, self);
  const Vector<double> few("few", narrow.parameters()), many("many", wide.parameters());
  initialize(narrow, 7, few);
  initialize(wide, 7, many);
  const std::vector<double> few_values = values_of(few), many_values = values_of(many);
  for (std::size_t t = 0; t < narrow.tensors().size(); ++t) {
    const Tensor &small = narrow.tensors()[t], &large = wide.tensors()[t];
    for (Index row = 0; row < small.rows.size(); ++row) {
      for (Index column = 0; column < small.columns.size(); ++column) {
        const Index here = small.offset + row * small.columns.size() + column;
        const Index there = large.offset + row * large.columns.size() + column;
        EXPECT_EQ(few_values[static_cast<std::size_t>(here)],
                  many_values[static_cast<std::size_t>(there)]);
      }
    }
  }
}

TEST(Initialization, PrecisionsShareTheirDraws) {
  const Grid self = make_grid(Communicator::self(), 1);
  const auto single = build_network<float>(model_of({9}, "relu", "standard", 0.2), {4, 3}, self);
  const auto twice = build_network<double>(model_of({9}, "relu", "standard", 0.2), {4, 3}, self);
  const Vector<float> f("f", single.parameters());
  const Vector<double> d("d", twice.parameters());
  initialize(single, 3, f);
  initialize(twice, 3, d);
  const std::vector<double> draws = values_of(d);
  EXPECT_EQ(values_of(f), std::vector<float>(draws.begin(), draws.end()));
}

TEST(Initialization, HasAMeanAndAnOrderInMemoryOfEachTensorsOwn) {
  const Case test = case_named("filter");
  const RandomStream random(test.model.seed, 0);
  for (const int width : grids(test)) {
    const NetworkPair pair(test, width);
    const Tensor& tensor = pair.network.tensors()[0];
    const std::vector<double> theta = values_of(pair.theta);
    auto at = static_cast<std::size_t>(tensor.offset);
    // (height, width, channels, out) in memory; one row an output channel in files
    for (Index position = 0; position < 8; ++position) {
      for (Index channel = 0; channel < 3; ++channel) {
        for (Index out = tensor.rows.begin; out < tensor.rows.end; ++out) {
          const double normal = random.normal(out, channel * 8 + position);
          // A GPU has logarithms and cosines of its own.
          EXPECT_NEAR(theta[at++], Filter::mean + Filter::deviation * normal,
                      kernels_on_host ? 0.0 : 1e-14);
        }
      }
    }
  }
  const NetworkPair pair(case_named("scaled"), grids(case_named("scaled")).back());
  const Tensor& scale = pair.network.tensors()[2];
  const auto scales = part_of(pair.theta, {scale.offset, scale.offset + scale.size()});
  for (const double value : values_of(scales)) EXPECT_EQ(value, 1.0);
}

TEST(BuildNetwork, RefusesMoreWidthRanksThanNeurons) {
  const Communicator world(MPI_COMM_WORLD);
  if (world.size() == 1) GTEST_SKIP() << "needs more than one rank";
  const Grid grid = make_grid(world, world.size());
  EXPECT_THROW(build_network<double>(model_of({1}, "relu", "ntk", 0.0), {4, 3}, grid), UsageError);
}

}  // namespace
}  // namespace catapult::testing
