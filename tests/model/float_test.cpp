// All maps in float beside those in double: the same code, but other libraries and other vectors.
#include <gmock/gmock.h>

#include "model/pair.hpp"

namespace catapult::testing {
namespace {

template <class Real>
Vector<Real> rounded(const std::vector<double>& values) {
  return filled(std::vector<Real>(values.begin(), values.end()));
}

template <class Real>
Matrix<Real> rounded(const Matrix<double>& values) {
  const Vector<Real> numbers = rounded<Real>(values_of(values));
  const Matrix<Real> matrix("rounded", values.extent(0), values.extent(1));
  Kokkos::deep_copy(flat(matrix), numbers);
  return matrix;
}

/// What all maps make of the same numbers on one rank, one after another.
template <class Real>
struct MapsOf {
  MapsOf(const Case& test, bool second_order)
      : network(build_network<Real>(test.model, {test.inputs, test.outputs, test.image},
                                    make_grid(Communicator::self(), 1))) {
    const Network<double> drawn = network_of(test, make_grid(Communicator::self(), 1));
    const Vector<double> theta_0("theta", drawn.parameters()), d_0("d", drawn.parameters());
    initialize(drawn, test.model.seed, theta_0);
    initialize(drawn, test.model.seed + 1, d_0);
    const Vector<Real> theta = rounded<Real>(values_of(theta_0)), d = rounded<Real>(values_of(d_0));
    const auto random = [&](Index columns, Index seed) {
      return rounded<Real>(random_matrix<double>(test.samples, columns, seed));
    };
    const Matrix<Real> x = random(test.inputs, 1), errors = random(test.outputs, 2);
    Tape<Real> tape = network.make_tape(test.samples);
    network.forward(theta, x, tape);
    add("outputs", tape.outputs());
    const Matrix<Real> result("result", test.samples, test.outputs);
    const Matrix<Real> second("second", test.samples, test.outputs);
    network.pushforward(theta, tape, d, result);
    add("tangents", result);
    network.prepare_kernel(theta, tape, test.samples, false, KernelForm::cheapest);
    network.kernel_product(theta, tape, 1, errors, result);
    add("kernel product", result);
    const Vector<Real> gradient("gradient", network.parameters());
    network.pullback(theta, tape, errors, {gradient, 1.0, 0.0});
    add("gradient", gradient);
    if (!second_order) return;
    network.second_pushforward(theta, tape, d, result, second);
    add("second derivatives", second);
    network.second_pullback(theta, tape, d, errors, errors, {gradient, 1.0, 0.0});
    add("Hessian product", gradient);
  }
  template <class View>
  void add(const char* name, const View& view) {
    const auto numbers = values_of(view);
    all.emplace_back(name, std::vector<double>(numbers.begin(), numbers.end()));
  }

  Network<Real> network;
  std::vector<std::pair<std::string, std::vector<double>>> all;
};

class Float : public ::testing::TestWithParam<Case> {};

TEST_P(Float, MapsAreThoseOfDoubleToRounding) {
  const MapsOf<float> single(GetParam(), GetParam().second_order);
  const MapsOf<double> twice(GetParam(), GetParam().second_order);
  ASSERT_EQ(single.all.size(), twice.all.size());
  for (std::size_t map = 0; map < twice.all.size(); ++map) {
    const auto& [name, expected] = twice.all[map];
    const auto& got = single.all[map].second;
    double largest = 0.0, off = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      largest = std::max(largest, std::abs(expected[i]));
      off = std::max(off, std::abs(got[i] - expected[i]));
    }
    EXPECT_LE(off, 3e-4 * largest) << name;
  }
}

/// Sizes at which vectors of a CPU are full and libraries choose what they do for large ones.
std::vector<Case> float_cases() {
  std::vector<Case> all = cases();
  std::erase_if(all, [](const Case& test) { return test.layers != nullptr; });
  ModelOptions wide = wrn_of("conv3", "tanh", "standard", "on");
  wide.base_channels = 16;
  wide.widen = 2.0;
  all.push_back(deck_images("wrn_of_full_vectors", wide, 6, 10, {3, 20, 20}, 4));
  all.push_back(
      deck_images("cnn_of_full_vectors",
                  cnn_of({"conv 32 same", "tanh", "maxpool 2 stride 1", "conv 48 valid",
                          "batchnorm", "relu", "avgpool 2", "flatten", "dense 64", "tanh"}),
                  5, 10, {3, 16, 16}, 0));
  return all;
}

INSTANTIATE_TEST_SUITE_P(Networks, Float, ::testing::ValuesIn(float_cases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace catapult::testing
