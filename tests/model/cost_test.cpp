// What layers of images tell of their cost against what products, messages and kernels count.
#include "harness/kokkos_calls.hpp"
#include "linalg/product.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

std::vector<Case> cases_of_images() {
  std::vector<Case> all = cases();
  std::erase_if(all, [](const Case& test) { return !test.samples_only; });
  return all;
}

class Costs : public ::testing::TestWithParam<Case> {};

TEST_P(Costs, AreCounted) {
  const Case& test = GetParam();
  NetworkPair pair(test, 1);
  const auto expect = [&](Phase phase, const char* what, const auto& map) {
    const double flops = counted_flops(), sent = Communicator::bytes_sent();
    const int launches = counted_calls(map).launches;
    if (!pair.world.is_root()) return;  // the first rank has the largest blocks
    const Work told = pair.network.cost(phase, test.samples).work();
    EXPECT_DOUBLE_EQ(counted_flops() - flops, told.flops) << what;
    EXPECT_NEAR(Communicator::bytes_sent() - sent, told.sent, 1e-9 * told.sent) << what;
    EXPECT_EQ(launches, told.launches) << what;
  };
  const Vector<double> gradient("gradient", pair.network.parameters());
  const auto errors = random_matrix<double>(pair.mine.size(), test.outputs, 1);
  const Matrix<double> tangent("tangent", pair.mine.size(), test.outputs);
  expect(Phase::forward, "forward",
         [&] { pair.network.forward(pair.theta, pair.my_rows(pair.x), pair.tape); });
  expect(Phase::backward, "backward", [&] {
    pair.network.pullback(pair.theta, pair.tape, errors, {gradient, 1.0, 0.0});
  });
  expect(Phase::pushforward, "pushforward",
         [&] { pair.network.pushforward(pair.theta, pair.tape, pair.theta, tangent); });
}

INSTANTIATE_TEST_SUITE_P(Images, Costs, ::testing::ValuesIn(cases_of_images()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace catapult::testing
