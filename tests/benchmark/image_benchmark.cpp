// Step and kernel product of convolutional networks, beside bare convolutions of the same shapes.
//   build/release/bin/image_benchmark [Google Benchmark's options]
// under mpirun the samples are spread over the ranks. Read times as ratios of one run.
#include <benchmark/benchmark.h>

#include <cmath>

#include "base/session.hpp"
#include "commands/bare_products.hpp"
#include "curvature/ntk.hpp"
#include "study/start.hpp"
#include "train/batch_stream.hpp"

namespace {

using namespace catapult;

/// Images of CIFAR's size, drawn.
Deck deck_of(Index samples) {
  Deck deck;
  deck.data.source = "gaussian";
  deck.data.image = {3, 32, 32};
  deck.data.outputs = 10;
  deck.data.train_samples = samples;
  deck.model.parametrization = "standard";
  deck.model.sigma_w = std::sqrt(2.0);
  return deck;
}

Deck wrn(Index depth, double widen) {
  Deck deck = deck_of(128);
  deck.model.kind = "wrn";
  deck.model.depth = depth;
  deck.model.widen = widen;
  deck.model.bias = "on";
  return deck;
}

/// Figure 5 (a, b) of Lewkowycz et al. (2020).
Deck cnn() {
  Deck deck = deck_of(64);
  deck.model.kind = "cnn";
  deck.model.sigma_b = 0.05;
  deck.model.layers = {"conv 320 same",      "relu",          "conv 320 valid", "relu",
                       "maxpool 2 stride 1", "conv 320 same", "relu",           "conv 128 valid",
                       "maxpool 2 stride 1", "flatten",       "dense 256",      "relu"};
  return deck;
}

/// A member, forward done.
template <class Number>
struct Setup {
  explicit Setup(const Deck& of)
      : deck(of),
        member(deck, Communicator(MPI_COMM_WORLD)),
        batches(member.batches()),
        tape(member.network.make_tape(batches.size())) {
    member.network.forward(member.state.theta, batches.at(0).x, tape);
  }

  Deck deck;
  MemberStart<Number> member;
  BatchStream<Number> batches;
  Tape<Number> tape;
};

/// Forward, errors back and gradients.
template <class Number>
void bare_convolutions_of_a_step(benchmark::State& state, const Deck& deck) {
  const Setup<Number> setup(deck);
  BareProducts<Number> products;
  products.add(setup.member.network.cost(Phase::forward, setup.batches.size()));
  products.add(setup.member.network.cost(Phase::backward, setup.batches.size()));
  for (auto _ : state) products.run();
}

template <class Number>
void step(benchmark::State& state, const Deck& deck) {
  Setup<Number> setup(deck);
  const Network<Number>& network = setup.member.network;
  const Matrix<Number>& x = setup.batches.at(0).x;
  const Matrix<Number> errors("errors", x.extent(0), network.outputs());
  const Vector<Number> theta = setup.member.state.theta;
  for (auto _ : state) {
    network.forward(theta, x, setup.tape);
    network.pullback(theta, setup.tape, errors, {theta, -1e-4, 1.0});
  }
}

template <class Number>
void kernel_product(benchmark::State& state, const Deck& deck) {
  Setup<Number> setup(deck);
  const NtkOperator<Number> kernel(setup.member.network, setup.member.state.theta, setup.tape,
                                   setup.batches.size());
  const Matrix<double> x("x", 1, kernel.local_size()), y("y", 1, kernel.local_size());
  Kokkos::deep_copy(x, 1.0);
  for (auto _ : state) kernel.apply(x, y);
}

template <class Number>
void add(const std::string& name, const Deck& deck) {
  const auto one = [&](const char* what, void (*run)(benchmark::State&, const Deck&)) {
    benchmark::RegisterBenchmark((name + "/" + what).c_str(), run, deck)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->Iterations(2);
  };
  one("step", step<Number>);
  one("bare", bare_convolutions_of_a_step<Number>);
  one("product", kernel_product<Number>);
}

/// Ranks other than the first run the same benchmarks and say nothing.
class NoReporter final : public benchmark::BenchmarkReporter {
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const MpiSession mpi(argc, argv);
  const Session session(Communicator(MPI_COMM_WORLD));
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add<float>("wrn-10-1", wrn(10, 1));
  add<float>("wrn-16-4", wrn(16, 4));
  add<float>("wrn-28-2", wrn(28, 2));
  add<float>("cnn", cnn());
  add<double>("wrn-28-2 in f64", wrn(28, 2));
  if (Communicator(MPI_COMM_WORLD).is_root()) {
    benchmark::RunSpecifiedBenchmarks();
  } else {
    NoReporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
  }
}
