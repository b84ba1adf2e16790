// Batch normalization by its definition, what its groups are, and what it sends.
#include <gmock/gmock.h>

#include <cmath>

#include "layers/batch_norm.hpp"
#include "layers/relu.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

using ReluNorm = BatchNorm<double, Relu<double>>;

constexpr Index channels = 3, height = 2, width = 3, positions = height * width;
const Place place{.channels = channels, .sharded = true, .height = height, .width = width};

std::vector<double> parameters() { return {1.5, -0.7, 0.9, 0.2, 0.4, -0.3}; }

/// relu(gamma (x - mean)/sqrt(v + eps) + beta), two passes over each group in long double.
std::vector<double> by_definition(const std::vector<double>& x, Index samples, Index group) {
  std::vector<double> y(x.size());
  const Index step = group == 0 ? samples : group;
  for (Index first = 0; first < samples; first += step) {
    const Index begin = first * positions, end = std::min(samples, first + step) * positions;
    for (Index c = 0; c < channels; ++c) {
      const auto at = [&](Index row) { return static_cast<std::size_t>(row * channels + c); };
      long double mean = 0.0L, square = 0.0L;
      for (Index row = begin; row < end; ++row) mean += x[at(row)];
      mean /= static_cast<long double>(end - begin);
      for (Index row = begin; row < end; ++row) square += (x[at(row)] - mean) * (x[at(row)] - mean);
      const long double r =
          1.0L / std::sqrt(square / static_cast<long double>(end - begin) + 1e-5L);
      const auto channel = static_cast<std::size_t>(c);
      for (Index row = begin; row < end; ++row) {
        const long double u = parameters()[channel] * (x[at(row)] - mean) * r +
                              parameters()[channel + static_cast<std::size_t>(channels)];
        y[at(row)] = static_cast<double>(std::max(u, 0.0L));
      }
    }
  }
  return y;
}

/// Values far from zero, as a convolution with a large bias gives them.
std::vector<double> values(Index samples, double offset) {
  const RandomStream random(17, 1);
  std::vector<double> x;
  for (Index i = 0; i < samples * positions * channels; ++i) {
    x.push_back(offset * static_cast<double>(i % channels + 1) + random.normal(i, 0));
  }
  return x;
}

/// This rank's rows of what the layer makes of x on a grid of sample ranks.
struct Normalized {
  Normalized(const std::vector<double>& x, Index samples, Index group)
      : grid(make_grid(Communicator(MPI_COMM_WORLD), 1)),
        batch(batch_on(grid.shape(), samples, group)),
        layer(grid.shape(), place, Relu<double>{}, 0),
        state(layer.make_state(batch, Workspace<double>())),
        theta(filled(parameters())),
        input(filled(part(x))),
        output("output", input.extent(0)) {
    layer.forward({grid, theta}, *state, features(input), features(output));
  }
  std::vector<double> part(const std::vector<double>& whole) const {
    const auto at = [](Index sample) { return sample * positions * channels; };
    return {whole.begin() + at(batch.mine.begin), whole.begin() + at(batch.mine.end)};
  }
  Features<double> features(const Vector<double>& numbers) const {
    return {numbers, 1, batch.mine.size(), {positions * channels}};
  }

  Grid grid;
  Batch batch;
  ReluNorm layer;
  std::unique_ptr<LayerState> state;
  Vector<double> theta, input, output;
};

class Groups : public ::testing::TestWithParam<Index> {};

TEST_P(Groups, HaveTheStatisticsOfTheirOwnSamplesOnAnyNumberOfRanks) {
  constexpr Index samples = 7;
  for (const double offset : {0.0, 1e6}) {
    const std::vector<double> x = values(samples, offset);
    const Normalized layer(x, samples, GetParam());
    const std::vector<double> expected = layer.part(by_definition(x, samples, GetParam()));
    const std::vector<double> got = values_of(layer.output);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      // x itself is known to offset * 2^-53.
      EXPECT_NEAR(got[i], expected[i], 1e-13 + 1e-15 * offset) << i << " at " << offset;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Groups, ::testing::Values(0, 1, 2, 3, 7, 100));

TEST(BatchNorm, SendsNothingWhereGroupsFitTheRanks) {
  const Communicator world(MPI_COMM_WORLD);
  const Index samples = 4 * world.size();
  const auto sent = [&](Index group) {
    Normalized layer(values(samples, 0.0), samples, group);
    const double before = Communicator::bytes_sent();
    layer.layer.forward({layer.grid, layer.theta}, *layer.state, layer.features(layer.input),
                        layer.features(layer.output));
    return Communicator::bytes_sent() - before;
  };
  EXPECT_EQ(sent(4), 0.0);
  EXPECT_EQ(sent(2), 0.0);
  if (world.size() == 1) return;
  EXPECT_GT(sent(3), 0.0);
  EXPECT_GT(sent(0), 0.0);
}

TEST(BatchNorm, StartsAtOneAndZeroAndKeepsNoOutput) {
  const ReluNorm layer({}, place, Relu<double>{}, 7);
  ASSERT_EQ(layer.tensors().size(), 2u);
  EXPECT_EQ(layer.tensors()[0].name, "layers/07/gamma");
  EXPECT_EQ(layer.tensors()[1].name, "layers/07/beta");
  EXPECT_EQ(layer.tensors()[0].mean, 1.0);
  EXPECT_EQ(layer.tensors()[1].mean, 0.0);
  for (const Tensor& tensor : layer.tensors()) EXPECT_EQ(tensor.deviation, 0.0);
  EXPECT_TRUE(layer.use().repeats);
}

}  // namespace
}  // namespace catapult::testing
