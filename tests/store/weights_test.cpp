// Tensors lie in files in the order of files, whatever their order in memory and on any ranks.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "model/pair.hpp"
#include "store/checkpoint_file.hpp"
#include "store/shared_folder.hpp"
#include "store/weights_file.hpp"

namespace catapult::testing {
namespace {

namespace fs = std::filesystem;

/// Filters (out, channels, 4, 2) in files, in memory the other way round.
Case filters(Index out, Index channels) {
  Case test = case_named("filter");
  test.model.widths = {out, 5};
  test.inputs = 8 * channels;
  return test;
}

/// One that goes to its file in a single piece, and one in several.
class WeightsFile : public ::testing::TestWithParam<Case> {
 protected:
  SharedFolder folder_{"weights-file"};

  fs::path checkpoint_of(const NetworkPair& pair) const {
    const fs::path path = folder_.path() / "state.h5";
    TrainingState<double> state;
    state.theta = pair.theta;
    state.velocity = Vector<double>("velocity", pair.network.parameters());
    axpby<double>(-2.0, pair.theta, 0.0, state.velocity);
    Standing<double> standing;
    standing.learning_rate = 1.0;
    write_checkpoint(path, pair.network, state, standing, MemberRecord{MeasureOptions{}}, {});
    return path;
  }
};

TEST_P(WeightsFile, HoldsEveryTensorInTheOrderOfFiles) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    const NetworkPair pair(test, width);
    const Hdf5File file = Hdf5File::open(checkpoint_of(pair));
    const Index out = test.model.widths[0], channels = test.inputs / 8;
    ASSERT_EQ(file.shape("layers/00/weight"), (std::vector<Index>{out, channels, 4, 2}));
    const auto weight = file.read<double>("layers/00/weight");
    const auto velocity = file.read<double>("velocity/00/weight");
    const RandomStream random(test.model.seed, 0);
    for (Index row = 0; row < out; ++row) {
      for (Index column = 0; column < test.inputs; ++column) {
        const auto at = static_cast<std::size_t>(row * test.inputs + column);
        const double drawn = Filter::mean + Filter::deviation * random.normal(row, column);
        ASSERT_EQ(weight[at], drawn) << row << ", " << column;
        ASSERT_EQ(velocity[at], -2.0 * drawn) << row << ", " << column;
      }
    }
  }
}

TEST_P(WeightsFile, GivesTheConvolutionOfItsAxes) {
  const Case& test = GetParam();
  const NetworkPair pair(test, grids(test).back());
  const Hdf5File file = Hdf5File::open(checkpoint_of(pair));
  const auto w = file.read<double>("layers/00/weight");
  const auto second = file.read<double>("layers/01/weight");
  const auto last = file.read<double>("layers/02/weight");
  const auto second_bias = file.read<double>("layers/01/bias");
  const auto last_bias = file.read<double>("layers/02/bias");
  const Index out = test.model.widths[0], channels = test.inputs / 8;
  const auto dense = [](const std::vector<double>& h, const std::vector<double>& weight,
                        const std::vector<double>& bias) {
    std::vector<double> z(bias.size());
    const double scale = 1.0 / std::sqrt(static_cast<double>(h.size()));
    for (std::size_t o = 0; o < z.size(); ++o) {
      z[o] = 0.2 * bias[o];
      for (std::size_t i = 0; i < h.size(); ++i) z[o] += scale * weight[o * h.size() + i] * h[i];
    }
    return z;
  };
  const auto tanh_of = [](std::vector<double> z) {
    for (double& value : z) value = std::tanh(value);
    return z;
  };
  const auto inputs = to_host(pair.x);
  const auto outputs = to_host(pair.tape.outputs());
  for (Index sample = pair.mine.begin; sample < pair.mine.end; ++sample) {
    std::vector<double> z(static_cast<std::size_t>(out), 0.0);
    for (Index o = 0; o < out; ++o) {
      for (Index c = 0; c < channels; ++c) {
        for (Index y = 0; y < 4; ++y) {
          for (Index x = 0; x < 2; ++x) {
            z[static_cast<std::size_t>(o)] +=
                w[static_cast<std::size_t>(((o * channels + c) * 4 + y) * 2 + x)] *
                inputs(sample, (y * 2 + x) * channels + c);
          }
        }
      }
    }
    const auto f = dense(tanh_of(dense(tanh_of(z), second, second_bias)), last, last_bias);
    for (Index o = 0; o < test.outputs; ++o) {
      EXPECT_NEAR(outputs(sample - pair.mine.begin, o), f[static_cast<std::size_t>(o)], 1e-12);
    }
  }
}

TEST_P(WeightsFile, IsReadBackToTheLastBitOnOtherRanks) {
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    const NetworkPair pair(test, width);
    const fs::path path = checkpoint_of(pair);
    const Vector<double> theta("theta", pair.network.parameters());
    read_weights_file(path, pair.network, theta);
    EXPECT_EQ(largest_difference(theta, pair.theta), 0.0);

    TrainingState<double> alone;
    alone.theta = Vector<double>("theta", pair.whole.parameters());
    alone.velocity = Vector<double>("velocity", pair.whole.parameters());
    read_state(path, pair.whole, alone);
    EXPECT_EQ(largest_difference(alone.theta, pair.whole_theta), 0.0);
    axpby<double>(2.0, pair.whole_theta, 1.0, alone.velocity);
    EXPECT_EQ(largest_difference(alone.velocity, Vector<double>("zero", alone.velocity.size())),
              0.0);
  }
}

TEST_P(WeightsFile, NamesTheAxesOfANumberThatIsNotFinite) {
  const Case& test = GetParam();
  const NetworkPair pair(test, 1);
  const Index out = test.model.widths[0], channels = test.inputs / 8;
  // (height 3, width 0, last channel, last filter) in memory
  set_element<double>(pair.theta, ((3 * 2 + 0) * channels + channels - 1) * out + out - 1, NAN);
  const fs::path path = checkpoint_of(pair);
  const Vector<double> theta("theta", pair.network.parameters());
  try {
    read_weights_file(path, pair.network, theta);
    FAIL() << "NaN was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    const std::string place = fmt::format("found nan at ({}, {}, 3, 0)", out - 1, channels - 1);
    EXPECT_THAT(error.what(), ::testing::HasSubstr(place));
  }
}

INSTANTIATE_TEST_SUITE_P(Pieces, WeightsFile, ::testing::Values(filters(7, 3), filters(193, 521)),
                         [](const auto& info) { return info.index == 0 ? "one" : "several"; });

/// So large that one tensor takes several transfers, each of some rows.
TEST(LargeTensor, IsWrittenAndReadInPieces) {
  constexpr Index inputs = 2048, neurons = 4500;
  ModelOptions model = model_of({neurons}, "relu", "ntk", 0.1);
  const Communicator world(MPI_COMM_WORLD);
  const auto network = build_network<float>(model, {inputs, 2}, make_grid(world, world.size()));
  const Vector<float> again("again", network.parameters());
  const SharedFolder folder("large-tensor");
  TrainingState<float> state;
  state.theta = Vector<float>("theta", network.parameters());
  initialize(network, model.seed, state.theta);
  Standing<float> standing;
  standing.learning_rate = 1.0;
  const fs::path path = folder.path() / "state.h5";
  write_checkpoint(path, network, state, standing, MemberRecord{MeasureOptions{}}, {});
  read_weights_file(path, network, again);
  EXPECT_EQ(values_of(again), values_of(state.theta));
  const auto weight = Hdf5File::open(path).read<float>("layers/00/weight");
  const RandomStream random(model.seed, 0);
  for (const Index row : {Index{0}, Index{1}, neurons / 2, neurons - 1}) {
    const auto last = static_cast<std::size_t>(row * inputs + inputs - 1);
    EXPECT_EQ(weight[last], static_cast<float>(random.normal(row, inputs - 1))) << row;
  }
}

}  // namespace
}  // namespace catapult::testing
