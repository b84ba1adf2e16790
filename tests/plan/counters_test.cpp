// The cost model against what products and messages count while members really run.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curvature/assembled.hpp"
#include "curvature/ntk.hpp"
#include "harness/kokkos_calls.hpp"
#include "layers/build.hpp"
#include "linalg/product.hpp"
#include "plan/cost.hpp"
#include "study/training.hpp"

namespace catapult {
namespace {

/// What this rank has done so far.
struct Counters {
  double flops = counted_flops();
  double sent = Communicator::bytes_sent();
};

template <class Action>
Work counted(Action&& action) {
  const Counters before;
  const testing::KokkosCalls calls = testing::counted_calls(action);
  const Counters after;
  return {.flops = after.flops - before.flops,
          .sent = after.sent - before.sent,
          .launches = static_cast<double>(calls.launches)};
}

template <class Real>
class Silent final : public Observer<Real> {
  void observe(const Moment<Real>&) override {}
};

/// A step between the first and the last, which have work of their own.
template <class Real>
Work counted_step(const Deck& deck, const Communicator& world, Index steps) {
  const auto run = [&](Index last) {
    MemberStart<Real> member(deck, world);
    BatchStream<Real> batches = member.batches();
    TrainOptions options = deck.train;
    options.stop_steps = last;
    Silent<Real> observer;
    return counted([&] { train(member.network, batches, options, 1e-3, member.state, observer); });
  };
  const Work few = run(2), more = run(2 + steps);
  const auto each = static_cast<double>(steps);
  return {.flops = (more.flops - few.flops) / each,
          .sent = (more.sent - few.sent) / each,
          .launches = (more.launches - few.launches) / each};
}

/// Every grid of all ranks that this network can have.
std::vector<GridShape> grids(const Communicator& world, const Deck& deck) {
  std::vector<GridShape> all;
  const Index most = most_width_ranks(deck.model, deck.data.inputs);
  for (int width = 1; width <= std::min<Index>(world.size(), most); ++width) {
    if (world.size() % width == 0) all.push_back({width, world.size() / width});
  }
  return all;
}

/// The first rank has the largest blocks: what it counts is what the model tells.
void expect_counted(const Work& counted, const Work& told, const char* what) {
  EXPECT_DOUBLE_EQ(counted.flops, told.flops) << what;
  EXPECT_NEAR(counted.sent, told.sent, 1e-9 * told.sent) << what;
}

/// A few more or less, as for copies, are within what a launch is known to take.
void expect_launches(const Work& counted, const Work& told) {
  EXPECT_NEAR(counted.launches, told.launches, 2.0);
}

constexpr Index many_neurons = 70001, few_neurons = 701;

/// One hidden layer of several blocks.
void take_neurons(Deck& deck, const char* activation, const char* memory) {
  deck.model.widths = {many_neurons};
  deck.model.depth = 1;
  deck.model.activation = activation;
  deck.parallel.memory = memory;
}

/// Small convolutional networks of images of (2, 5, 5) with batch norm.
void take_images(Deck& deck, const std::string& kind, Index group) {
  deck.data.image = {2, 5, 5};
  deck.model.kind = kind;
  deck.model.widths = {};
  deck.model.depth = 10;
  deck.model.base_channels = 2;
  deck.model.layers = {
      "conv 4 same", "batchnorm", "relu", "maxpool 2 stride 1", "conv 3 valid stride 2", "tanh",
      "flatten",     "dense 6",   "relu"};
  deck.model.batch_norm_group = group;
  deck.train.momentum = 0.5;
  deck.train.l2 = 0.1;
}

struct Kind {
  const char* name;
  std::function<void(Deck&)> change;
};

class EveryKind : public ::testing::TestWithParam<Kind> {
 protected:
  Communicator world{MPI_COMM_WORLD};

  static Deck deck_on(const GridShape& grid) {
    Deck deck = testing::small_deck();
    deck.data.train_samples = 13;
    GetParam().change(deck);
    deck.train.learning_rate = 1e-3;
    deck.parallel.width_ranks = grid.width_ranks;
    deck.parallel.sample_ranks = grid.sample_ranks;
    return deck;
  }
  static MemberCost cost_on(const Deck& deck, const GridShape& grid) {
    return cost_of(deck, probe(deck.data), grid);
  }
};

TEST_P(EveryKind, StepsCostWhatTheModelTells) {
  for (const GridShape& grid : grids(world, deck_on({}))) {
    SCOPED_TRACE(fmt::format("{} x {}", grid.width_ranks, grid.sample_ranks));
    const Deck deck = deck_on(grid);
    const Work step = deck.model.precision == "f32" ? counted_step<float>(deck, world, 3)
                                                    : counted_step<double>(deck, world, 3);
    if (!world.is_root()) continue;
    const Work told = cost_on(deck, grid).step;
    expect_counted(step, told, "step");
    expect_launches(step, told);
  }
}

template <class Real>
void expect_kernel_costs(const Deck& deck, const Communicator& world, const MemberCost& told) {
  MemberStart<Real> member(deck, world);
  const Network<Real>& network = member.network;
  const Index all = deck.measure.kernel_samples > 0 ? deck.measure.kernel_samples : 13;
  const Samples<Real> samples = member.kernel_samples(deck.measure);
  Tape<Real> tape = network.make_tape(all);
  network.forward(member.state.theta, samples.x, tape);
  const Work grams = counted([&] {
    network.prepare_kernel(member.state.theta, tape, all, /*same_input=*/false,
                           KernelForm::cheapest);
  });
  const NtkOperator<Real> kernel(network, member.state.theta, tape, all);
  const Matrix<double> x("x", 1, kernel.local_size()), y("y", 1, kernel.local_size());
  Kokkos::deep_copy(x, 0.5);
  const Work product = counted([&] { kernel.apply(x, y); });
  if (!world.is_root()) return;
  expect_counted(grams, told.grams, "grams");
  expect_counted(product, told.product, "product");
  expect_launches(product, told.product);
}

TEST_P(EveryKind, KernelsCostWhatTheModelTells) {
  for (const GridShape& grid : grids(world, deck_on({}))) {
    SCOPED_TRACE(fmt::format("{} x {}", grid.width_ranks, grid.sample_ranks));
    for (const Index samples : {0, 4}) {  // with these widths: parameter form and Gram form
      Deck deck = deck_on(grid);
      deck.measure.kernel_samples = samples;
      const MemberCost told = cost_on(deck, grid);
      if (deck.model.precision == "f32") {
        expect_kernel_costs<float>(deck, world, told);
      } else {
        expect_kernel_costs<double>(deck, world, told);
      }
    }
  }
}

TEST_P(EveryKind, AssembliesCostWhatTheModelTells) {
  for (const GridShape& grid : grids(world, deck_on({}))) {
    SCOPED_TRACE(fmt::format("{} x {}", grid.width_ranks, grid.sample_ranks));
    Deck deck = deck_on(grid);
    if (deck.model.widths == std::vector<Index>{many_neurons}) deck.model.widths = {1500};
    // Several tiles a rank; of images few products.
    deck.data.train_samples = deck.model.kind == "fc" ? 241 : 7;
    deck.model.precision = "f64";
    MemberStart<double> member(deck, world);
    Tape<double> tape = member.network.make_tape(deck.data.train_samples);
    member.network.forward(member.state.theta, member.data.train.mine().x, tape);
    const Work assembly =
        counted([&] { assemble_kernel<double>(member.network, member.state.theta, tape); });
    if (!world.is_root()) continue;
    const Work told = cost_on(deck, grid).assembly;
    EXPECT_DOUBLE_EQ(assembly.flops, told.flops);
    const double sizes = 100.0;  // the ranks also tell them, in some numbers
    EXPECT_NEAR(assembly.sent, told.sent, 1e-3 * told.sent + sizes);
  }
}

/// Which samples come from which rank is drawn anew at every step.
TEST_P(EveryKind, StepsOfSgdSendWhatTheModelTellsOnTheAverage) {
  for (const GridShape& grid : grids(world, deck_on({}))) {
    SCOPED_TRACE(fmt::format("{} x {}", grid.width_ranks, grid.sample_ranks));
    Deck deck = deck_on(grid);
    deck.model.precision = "f64";
    deck.data.train_samples = 120;
    deck.data.inputs = 50;  // so that samples count
    deck.data.batch = 12;
    // What is sent does not depend on blocks of neurons.
    for (Index& width : deck.model.widths) width = std::min(width, few_neurons);
    const Work step = counted_step<double>(deck, world, 60);
    const Work told = cost_on(deck, grid).step;
    EXPECT_DOUBLE_EQ(world.max(step.flops), told.flops);
    if (world.is_root()) expect_launches(step, told);
    const bool first = world.rank() % grid.width_ranks == 0;  // has the largest shards
    EXPECT_NEAR(world.sum(first ? step.sent : 0.0) / grid.sample_ranks, told.sent,
                0.02 * told.sent);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Costs, EveryKind,
    ::testing::Values(Kind{"plain", [](Deck&) {}},
                      Kind{"float", [](Deck& deck) { deck.model.precision = "f32"; }},
                      Kind{"biases", [](Deck& deck) { deck.model.sigma_b = 0.3; }},
                      Kind{"hidden_again",
                           [](Deck& deck) { take_neurons(deck, "relu", "recomputed"); }},
                      Kind{"hidden_of_erf",
                           [](Deck& deck) {
                             take_neurons(deck, "erf", "stored");
                             deck.model.sigma_b = 0.3;
                             deck.model.precision = "f32";
                           }},
                      Kind{"linear_model",
                           [](Deck& deck) {
                             deck.model.depth = 0;
                             deck.model.widths = {};
                           }},
                      Kind{"momentum_and_l2",
                           [](Deck& deck) {
                             deck.train.momentum = 0.5;
                             deck.train.l2 = 0.1;
                           }},
                      Kind{"mixup", [](Deck& deck) { deck.data.augment = {"mixup"}; }},
                      Kind{"images",
                           [](Deck& deck) {
                             deck.data.image = {2, 5, 5};
                             deck.data.augment = {"flip", "crop"};
                             deck.data.crop_padding = 2;
                           }},
                      Kind{"cnn", [](Deck& deck) { take_images(deck, "cnn", 1); }},
                      Kind{"cnn_of_spread_groups",
                           [](Deck& deck) {
                             take_images(deck, "cnn", 5);
                             deck.model.precision = "f32";
                             deck.model.sigma_b = 0.3;
                           }},
                      Kind{"wrn", [](Deck& deck) { take_images(deck, "wrn", 1); }},
                      Kind{"wrn_of_spread_groups",
                           [](Deck& deck) {
                             take_images(deck, "wrn", 0);
                             deck.model.bias = "on";
                             deck.model.parametrization = "standard";
                             deck.model.shortcut = "preact1";
                           }},
                      Kind{"residual",
                           [](Deck& deck) {
                             deck.model.widths = {13, 13, 13};
                             deck.model.residual = true;
                             deck.model.activation = "tanh";
                           }}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace catapult
