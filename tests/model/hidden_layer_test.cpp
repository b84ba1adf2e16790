// The streamed hidden layer against the chain of layers that it stands for.
#include "layers/hidden_layer.hpp"

#include <gmock/gmock.h>

#include "harness/kokkos_calls.hpp"
#include "layers/identity.hpp"
#include "layers/relu.hpp"
#include "model/pair.hpp"

namespace catapult::testing {
namespace {

constexpr Index inputs = 9, outputs = 3, samples = 7;

struct Function {
  const char* name;
  std::unique_ptr<Layer<double>> (*on)(const GridShape&, const Place&);
};

template <class Phi>
std::unique_ptr<Layer<double>> elementwise(const GridShape& grid, const Place& place) {
  return std::make_unique<Elementwise<double, Phi>>(grid, place, Phi{});
}

using Layers = std::vector<std::unique_ptr<Layer<double>>>;

Network<double> network_of(const Grid& grid, Layers layers) {
  return {grid, std::make_unique<Chain<double>>(grid.shape(), Place{.channels = inputs},
                                                std::move(layers))};
}

const LayerScales first{.weight = 0.6, .bias = 0.4}, last{.weight = 0.5, .bias = 0.3};

Network<double> streamed(const Grid& grid, const Function& function, Index neurons,
                         Activations activations, Index block) {
  const Place place{.channels = neurons, .sharded = true};
  Layers layers;
  layers.push_back(std::make_unique<HiddenLayer<double>>(
      grid.shape(), Place{.channels = inputs}, function.on(grid.shape(), place),
      Place{.channels = outputs}, first, last, 0, activations, block));
  return network_of(grid, std::move(layers));
}

Network<double> plain(const Grid& grid, const Function& function, Index neurons) {
  const Place input{.channels = inputs}, place{.channels = neurons, .sharded = true};
  Layers layers;
  layers.push_back(std::make_unique<Dense<double>>(grid.shape(), input, place, first, 0));
  layers.push_back(function.on(grid.shape(), place));
  layers.push_back(
      std::make_unique<Dense<double>>(grid.shape(), place, Place{.channels = outputs}, last, 1));
  return network_of(grid, std::move(layers));
}

/// What a network's maps give, number after number.
std::vector<double> results_of(const Network<double>& network) {
  const Block mine =
      block_of(samples, network.grid().samples.size(), network.grid().samples.rank());
  const auto rows = [&](std::uint32_t stream, Index columns, Index vectors = 1) {
    std::vector<Matrix<double>> parts;
    const Matrix<double> all("rows", vectors * mine.size(), columns);
    for (Index v = 0; v < vectors; ++v) {
      const auto whole = random_matrix<double>(samples, columns, stream + v);
      Kokkos::deep_copy(
          Kokkos::subview(all, std::pair(v * mine.size(), (v + 1) * mine.size()), Kokkos::ALL),
          Kokkos::subview(whole, std::pair(mine.begin, mine.end), Kokkos::ALL));
    }
    return all;
  };
  std::vector<double> all;
  const auto add = [&](const Vector<const double>& values) {
    const std::vector<double> numbers = values_of(values);
    all.insert(all.end(), numbers.begin(), numbers.end());
  };
  const Index parameters = network.parameters();
  const Vector<double> theta("theta", parameters), d("d", parameters), g("g", parameters);
  initialize(network, 3, theta);
  initialize(network, 4, d);
  const Matrix<double> x = rows(1, inputs), w = rows(2, outputs), u = rows(3, outputs),
                       a("a", mine.size(), outputs), b("b", mine.size(), outputs);
  Tape<double> tape = network.make_tape(samples);
  network.forward(theta, x, tape);
  add(flat(tape.outputs()));
  network.pullback(theta, tape, w, {g, 0.7, 0.0});
  add(g);
  network.pushforward(theta, tape, d, a);
  add(flat(a));
  network.second_pushforward(theta, tape, d, a, b);
  add(flat(a));
  add(flat(b));
  network.second_pullback(theta, tape, d, w, u, {g, 0.3, 0.5});
  add(g);
  for (const KernelForm form : {KernelForm::cheapest, KernelForm::gram}) {
    const Matrix<double> many = rows(5, outputs, 2), product("product", many.extent(0), outputs);
    network.prepare_kernel(theta, tape, samples, false, form);
    network.kernel_product(theta, tape, 2, many, product);
    add(flat(product));
  }
  for (const KernelTerm<double>& term : network.kernel_terms(theta, tape)) {
    for (const auto& factor : {term.inputs, term.errors, term.slopes}) add(flat(factor));
    all.insert(all.end(), {term.scale, term.offset, term.replicated ? 1.0 : 0.0});
  }
  return all;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_NEAR(got[i], expected[i], 1e-12 * (1.0 + std::abs(expected[i]))) << "number " << i;
  }
}

class Hidden : public ::testing::TestWithParam<Function> {
 protected:
  Communicator world{MPI_COMM_WORLD};

  template <class Work>
  void on_every_grid(const Work& work) const {
    for (int width = 1; width <= world.size(); ++width) {
      if (world.size() % width == 0) work(make_grid(world, width));
    }
  }
};

TEST_P(Hidden, MapsAreThoseOfTheChainForEveryBlock) {
  on_every_grid([&](const Grid& grid) {
    for (const Index neurons : {5, 13}) {
      const std::vector<double> expected = results_of(plain(grid, GetParam(), neurons));
      for (const Index block : {0, 2, 4}) {
        expect_near(results_of(streamed(grid, GetParam(), neurons, Activations::stored, block)),
                    expected);
      }
    }
  });
}

TEST_P(Hidden, RecomputedActivationsGiveTheSameBits) {
  on_every_grid([&](const Grid& grid) {
    const auto results = [&](Activations activations) {
      return results_of(streamed(grid, GetParam(), 13, activations, 3));
    };
    EXPECT_EQ(results(Activations::recomputed), results(Activations::stored));
  });
}

INSTANTIATE_TEST_SUITE_P(Functions, Hidden,
                         ::testing::Values(Function{"relu", elementwise<Relu<double>>},
                                           Function{"leaky_relu", elementwise<LeakyRelu<double>>},
                                           Function{"tanh", elementwise<Tanh<double>>},
                                           Function{"erf", elementwise<Erf<double>>},
                                           Function{"linear", elementwise<Identity<double>>}),
                         [](const auto& info) { return std::string(info.param.name); });

/// Bytes of arrays of a step and a kernel product, most at a time, beside theta.
double bytes_of_step(const Function& function, Activations activations, Index neurons) {
  const Grid grid = make_grid(Communicator::self(), 1);
  const Network<double> network = streamed(grid, function, neurons, activations, 100);
  const Vector<double> theta("theta", network.parameters());
  initialize(network, 1, theta);
  const auto x = random_matrix<double>(samples, inputs, 1),
             w = random_matrix<double>(samples, outputs, 2);
  const Matrix<double> product("product", samples, outputs);
  const auto step = [&] {
    Tape<double> tape = network.make_tape(samples);
    network.forward(theta, x, tape);
    network.prepare_kernel(theta, tape, samples, false, KernelForm::cheapest);
    network.kernel_product(theta, tape, 1, w, product);
    network.pullback(theta, tape, w, {theta, -0.1, 1.0});
  };
  return static_cast<double>(counted_calls(step).most_bytes);
}

/// Bytes of arrays while the terms of the assembled kernel are made.
double bytes_of_terms(Index neurons) {
  const Network<double> network =
      streamed(make_grid(Communicator::self(), 1), {"relu", elementwise<Relu<double>>}, neurons,
               Activations::stored, 100);
  const Vector<double> theta("theta", network.parameters());
  initialize(network, 1, theta);
  const auto x = random_matrix<double>(samples, inputs, 1);
  Tape<double> tape = network.make_tape(samples);
  network.forward(theta, x, tape);
  return static_cast<double>(counted_calls([&] { network.kernel_terms(theta, tape); }).most_bytes);
}

/// What arrays take is known from what Kokkos tells its tools, and not all memory tells them.
class HiddenLayerMemory : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto allocate = [] { const Vector<double> number("number", 1); };
    if (counted_calls(allocate).most_bytes == 0) {
      GTEST_SKIP() << "this memory tells Kokkos' tools nothing";
    }
  }
};

TEST_F(HiddenLayerMemory, OfKernelTermsIsNoErrorsOfAllOutputsAtAllSamples) {
  const double numbers = (bytes_of_terms(8000) - bytes_of_terms(4000)) / 4000.0 / sizeof(double);
  EXPECT_NEAR(numbers, 2.0 * samples + outputs, 0.1);  // activations, slopes; an error an output
}

/// Of a neuron more.
double bytes_of_neuron(const Function& function, Activations activations) {
  return (bytes_of_step(function, activations, 8000) - bytes_of_step(function, activations, 4000)) /
         4000.0;
}

TEST_F(HiddenLayerMemory, OfANeuronIsItsActivationsOrSignsAndNothingElse) {
  const Function relu{"relu", elementwise<Relu<double>>}, tanh{"tanh", elementwise<Tanh<double>>};
  const double number = sizeof(double) * samples;
  EXPECT_NEAR(bytes_of_neuron(relu, Activations::stored), number, 0.1);
  EXPECT_NEAR(bytes_of_neuron(tanh, Activations::stored), number, 0.1);
  EXPECT_NEAR(bytes_of_neuron(relu, Activations::recomputed), samples / 8.0, 0.1);
  EXPECT_NEAR(bytes_of_neuron(tanh, Activations::recomputed), 0.0, 0.1);
}

TEST_F(HiddenLayerMemory, IsNothingWhereTheOutputsAreAllThatIsWanted) {
  const Function tanh{"tanh", elementwise<Tanh<double>>};
  const Grid grid = make_grid(Communicator::self(), 1);
  const Network<double> network = streamed(grid, tanh, 4000, Activations::stored, 100);
  const Vector<double> theta("theta", network.parameters());
  const auto x = random_matrix<double>(samples, inputs, 1);
  Batch batch = network.batch_of(samples);
  batch.outputs_only = true;
  const auto forward = [&] {
    Tape<double> tape = network.make_tape(batch);
    network.forward(theta, x, tape);
  };
  EXPECT_LT(counted_calls(forward).most_bytes, 200.0 * samples * sizeof(double));
}

TEST(HiddenLayer, RefusesToPullBackToItsInputs) {
  const Grid grid = make_grid(Communicator::self(), 1);
  const Place place{.channels = 4, .sharded = true};
  const HiddenLayer<double> layer({}, {.channels = inputs}, elementwise<Relu<double>>({}, place),
                                  {.channels = outputs}, first, last, 0, Activations::stored);
  const auto state = layer.make_state(batch_on({}, samples), {});
  const Features<double> errors("errors", samples, {outputs}),
      inputs_errors("e", samples, {inputs});
  EXPECT_THROW(layer.pullback({grid, {}}, *state, errors, inputs_errors, {}), std::logic_error);
}

}  // namespace
}  // namespace catapult::testing
