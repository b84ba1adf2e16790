// Twins of networks whose layers couple samples, or have no second-order maps.
#include <gmock/gmock.h>

#include "model/pair.hpp"
#include "twin/linear_twin.hpp"
#include "twin/make.hpp"
#include "twin/weight_twin.hpp"

namespace catapult::testing {
namespace {

class TwinOfLayers : public ::testing::TestWithParam<const char*> {
 protected:
  TwinOfLayers() : test_(case_named(GetParam())) {}

  /// A pair, the batch, and what a twin needs to know of them.
  struct Start {
    Start(const Case& test, int width)
        : pair(test, width),
          all{pair.x, random_matrix<double>(test.samples, test.outputs, 11)},
          batch{pair.my_rows(all.x), pair.my_rows(all.y)},
          setting{pair.network,
                  options,
                  test.samples,
                  true,
                  {batch, test.samples, pair.network.grid().samples}} {
      state.theta = pair.theta;
    }
    NetworkPair pair;
    Samples<double> all, batch;
    TrainOptions options;
    TwinSetting<double> setting;
    TrainingState<double> state;
  };

  Case test_;
};

TEST_P(TwinOfLayers, LinearOnesAgreeInWeightAndFunctionSpace) {
  for (const int width : grids(test_)) {
    const Start start(test_, width);
    const auto twin =
        make_twin(TwinKind::linear, start.setting, fork_state(start.state), start.batch);
    ASSERT_NE(dynamic_cast<LinearTwin<double>*>(twin.get()), nullptr);
    WeightTwin<double> weights(TwinKind::linear, start.setting, fork_state(start.state));
    for (int step = 0; step < 20; ++step) {
      const Matrix<double> f = twin->evaluate(start.batch);
      EXPECT_LT(largest_difference(f, weights.evaluate(start.batch)), 1e-11) << step;
      twin->step(0.3);
      weights.step(0.3);
    }
  }
}

TEST_P(TwinOfLayers, QuadraticOnesAreRefusedWithTheNameOfALayerThatHasNoSecondDerivatives) {
  if (test_.second_order) GTEST_SKIP() << "all its layers have them";
  const Start start(test_, grids(test_).back());
  const auto twin =
      make_twin(TwinKind::quadratic, start.setting, fork_state(start.state), start.batch);
  try {
    twin->evaluate(start.batch);
    FAIL() << "a quadratic twin of a layer without second derivatives";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("layer \"filter\" has no second derivatives"));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, TwinOfLayers, ::testing::Values("filter", "centered", "scaled"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace catapult::testing
