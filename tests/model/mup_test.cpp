// The maximal update parametrization beside the standard one, of which it is another scaling.
#include <gtest/gtest.h>

#include <cmath>

#include "model/loss.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

struct Gradient {
  std::vector<double> f;
  std::vector<std::vector<double>> of_tensors;
};

Gradient gradient_of(const char* parametrization) {
  const Case test{parametrization, model_of({16, 9}, "tanh", parametrization, 0.3), 5, 4, 3};
  const Network<double> network = network_of(test, make_grid(Communicator::self(), 1));
  const Vector<double> theta("theta", network.parameters()), g("g", network.parameters());
  initialize(network, 5, theta);
  Tape<double> tape = network.make_tape(test.samples);
  network.forward(theta, random_matrix<double>(test.samples, test.inputs, 1), tape);
  network.pullback(theta, tape, random_matrix<double>(test.samples, test.outputs, 2),
                   {g, 1.0, 0.0});
  Gradient result{values_of(tape.outputs()), {}};
  for (const Tensor& tensor : network.tensors()) {
    result.of_tensors.push_back(
        values_of(part_of(g, {tensor.offset, tensor.offset + tensor.size()})));
  }
  return result;
}

TEST(MaximalUpdate, IsTheStandardParametrizationWithOtherScales) {
  const Gradient standard = gradient_of("standard"), mup = gradient_of("mup");
  // The same draws; the last layer is smaller by the root of its fan_in 9, but not its bias.
  ASSERT_EQ(mup.of_tensors.size(), 6);
  const double last = 1.0 / 3.0;
  // weight, bias of each layer: the factor of the layer, and of what is behind it
  const double factors[] = {4.0 * last, 4.0 * last, last, 3.0 * last, last, 1.0};
  for (std::size_t tensor = 0; tensor < 6; ++tensor) {
    for (std::size_t i = 0; i < mup.of_tensors[tensor].size(); ++i) {
      EXPECT_NEAR(mup.of_tensors[tensor][i], factors[tensor] * standard.of_tensors[tensor][i],
                  1e-13)
          << "tensor " << tensor;
    }
  }
}

/// The change of the outputs by one step at one absolute learning rate.
TEST(MaximalUpdate, MovesWideNetworksAsMuchAsNarrowOnes) {
  const auto moves = [](const char* parametrization, Index width) {
    const Case test{"wide", model_of({width, width}, "tanh", parametrization, 0.0), 5, 4, 3};
    const Network<double> network = network_of(test, make_grid(Communicator::self(), 1));
    const Vector<double> theta("theta", network.parameters());
    initialize(network, 5, theta);
    const auto x = random_matrix<double>(5, 4, 1), y = random_matrix<double>(5, 3, 2);
    Tape<double> tape = network.make_tape(5);
    network.forward(theta, x, tape);
    const std::vector<double> before = values_of(tape.outputs());
    const Matrix<double> cotangent("cotangent", 5, 3);
    loss_cotangent(Loss{}, tape.outputs(), y, 5, cotangent);
    network.pullback(theta, tape, cotangent, {theta, -0.1, 1.0});
    network.forward(theta, x, tape);
    const std::vector<double> after = values_of(tape.outputs());
    double square = 0.0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      square += (after[i] - before[i]) * (after[i] - before[i]);
    }
    return std::sqrt(square);
  };
  EXPECT_NEAR(std::log(moves("mup", 1024) / moves("mup", 64)) / std::log(16.0), 0.0, 0.15);
  EXPECT_GT(std::log(moves("standard", 1024) / moves("standard", 64)) / std::log(16.0), 0.5);
}

}  // namespace
}  // namespace catapult::testing
