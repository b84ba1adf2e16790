// Step, kernel product and lambda of a network, beside bare dense products of the same shapes.
//   build/release/bin/training_benchmark [Google Benchmark's options]
// under mpirun the network is spread over the ranks. Read times as ratios of one run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "base/session.hpp"
#include "curvature/assembled.hpp"
#include "curvature/ntk.hpp"
#include "linalg/product.hpp"
#include "study/start.hpp"
#include "train/loop.hpp"

namespace {

using namespace catapult;

using Number = float;

/// 784 - width^depth - 10, ReLU, 512 samples.
Deck deck_of(Index width, Index depth) {
  Deck deck;
  deck.data.source = "gaussian";
  deck.data.inputs = 784;
  deck.data.outputs = 10;
  deck.data.train_samples = 512;
  deck.model.width = width;
  deck.model.depth = depth;
  deck.model.sigma_w = std::sqrt(2.0);
  return deck;
}

/// A member, forward done.
struct Setup {
  explicit Setup(const benchmark::State& state)
      : deck(deck_of(state.range(0), state.range(1))),
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

class Silent final : public Observer<Number> {
 public:
  explicit Silent(KernelProbe<Number>* probe = nullptr) : probe_(probe) {}
  void observe(const Moment<Number>& moment) override {
    if (probe_ != nullptr) products += probe_->measure(moment.state.theta, moment.tape).products;
  }
  Index products = 0;

 private:
  KernelProbe<Number>* probe_;
};

/// Steps of one call of the loop: its last row has a forward pass but no step.
constexpr Index steps = 20;

void train_steps(Setup& setup, Silent& observer) {
  TrainOptions options = setup.deck.train;
  options.stop_steps = setup.member.state.step + steps;
  train(setup.member.network, setup.batches, options, 1.0, setup.member.state, observer);
}

void step(benchmark::State& state) {
  Setup setup(state);
  Silent observer;
  for (auto _ : state) train_steps(setup, observer);
  state.SetItemsProcessed(state.iterations() * steps);
}

/// Forward, error back-propagation and update as bare products; no collectives, no activations.
void bare_products_of_a_step(benchmark::State& state) {
  const Setup setup(state);
  const Index samples = setup.batches.local_size();
  struct Layer {
    Matrix<Number> input, weight, output;
    bool first;
  };
  std::vector<Layer> layers;
  for (const Tensor& tensor : setup.member.network.tensors()) {
    const Index out = tensor.rows.size(), in = tensor.columns.size();
    layers.push_back({Matrix<Number>("input", samples, in), Matrix<Number>("weight", out, in),
                      Matrix<Number>("output", samples, out), layers.empty()});
  }
  for (auto _ : state) {
    for (const Layer& l : layers) {
      gemm(Op::none, Op::transpose, 1.0, l.input, l.weight, 0.0, l.output);
      gemm(Op::transpose, Op::none, 1.0, l.output, l.input, 1.0, l.weight);
      if (!l.first) gemm(Op::none, Op::none, 1.0, l.output, l.weight, 0.0, l.input);
    }
  }
}

void kernel_product(benchmark::State& state) {
  Setup setup(state);
  setup.member.network.prepare_kernel(setup.member.state.theta, setup.tape, setup.batches.size(),
                                      false, KernelForm::cheapest);
  const NtkOperator<Number> ntk(setup.member.network, setup.member.state.theta, setup.tape,
                                setup.batches.size());
  const Matrix<double> x("x", 1, ntk.local_size()), y("y", 1, ntk.local_size());
  Kokkos::deep_copy(x, 1.0);
  for (auto _ : state) {
    ntk.apply(x, y);
    Kokkos::fence();
  }
}

/// Bytes of this process, the most since `forget_peak`.
double peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0.0;
    if (word == "VmHWM:" && status >> kilobytes) return 1024.0 * kilobytes;
  }
  return 0.0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << 5; }

/// The whole kernel. Counter: the memory it takes while it is made, over what it has in the end.
void kernel_assembly(benchmark::State& state) {
  Setup setup(state);
  const auto size = static_cast<double>(setup.batches.size() * setup.member.network.outputs());
  double most = 0.0;
  for (auto _ : state) {
    forget_peak();
    const double before = peak_memory();
    assemble_kernel<Number>(setup.member.network, setup.member.state.theta, setup.tape);
    most = std::max(most, peak_memory() - before);
  }
  const double ranks = Communicator(MPI_COMM_WORLD).size();
  state.counters["memory"] = most * ranks / (sizeof(double) * size * size);
}

void lambda_cold(benchmark::State& state) {
  Setup setup(state);
  for (auto _ : state) {
    setup.member.kernel_probe(setup.deck.measure).measure(setup.member.state.theta);
  }
}

/// Steps at c = 3 from the start on, lambda measured before each.
void step_and_lambda(benchmark::State& state) {
  Setup setup(state);
  KernelProbe<Number> probe = setup.member.kernel_probe(setup.deck.measure);
  const double eta = 3.0 / probe.measure(setup.member.state.theta).lambda;
  const Vector<Number> start("start", setup.member.state.theta.extent(0));
  Kokkos::deep_copy(start, setup.member.state.theta);
  Silent observer(&probe);
  TrainOptions options = setup.deck.train;
  options.stop_steps = steps;
  for (auto _ : state) {
    setup.member.state.step = 0;
    Kokkos::deep_copy(setup.member.state.theta, start);
    train(setup.member.network, setup.batches, options, eta, setup.member.state, observer);
  }
  state.SetItemsProcessed(state.iterations() * steps);
  state.counters["products"] = static_cast<double>(observer.products) /
                               static_cast<double>(state.iterations() * (steps + 1));
}

void shapes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"width", "depth"})->Args({2048, 3})->Args({16384, 1})->Args({8, 1});
  bench->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(2);
}

BENCHMARK(step)->Apply(shapes);
BENCHMARK(bare_products_of_a_step)->Apply(shapes);
BENCHMARK(kernel_product)->Apply(shapes);
BENCHMARK(kernel_assembly)->Apply(shapes);
BENCHMARK(lambda_cold)->Apply(shapes);
BENCHMARK(step_and_lambda)->Apply(shapes);

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
  if (Communicator(MPI_COMM_WORLD).is_root()) {
    benchmark::RunSpecifiedBenchmarks();
  } else {
    NoReporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
  }
}
