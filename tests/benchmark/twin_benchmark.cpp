// A step of the network and of each of its twins, in alternation, and a whole predicted trajectory.
//   build/release/bin/twin_benchmark [Google Benchmark's options]
// The counters are ratios to the network's own step, evaluation included.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>

#include "base/random.hpp"
#include "base/session.hpp"
#include "harness/views.hpp"
#include "layers/build.hpp"
#include "model/initialize.hpp"
#include "train/update.hpp"
#include "twin/linear_twin.hpp"
#include "twin/make.hpp"
#include "twin/prediction.hpp"
#include "twin/weight_twin.hpp"

namespace {

using namespace catapult;

using Number = float;
constexpr Index samples = 512, inputs = 784, outputs = 10;

Matrix<Number> random_matrix(Index rows, Index columns, std::uint32_t stream) {
  const RandomStream random(1, stream);
  return catapult::testing::filled<Number>(rows, columns,
                                           [&](Index i, Index j) { return random.normal(i, j); });
}

ModelOptions model_of(const benchmark::State& state) {
  ModelOptions model;
  model.width = state.range(0);
  model.depth = state.range(1);
  model.sigma_w = std::sqrt(2.0);
  return model;
}

/// 784 - width^depth - 10 on 512 samples, with one twin of each form.
struct Setup {
  explicit Setup(const benchmark::State& state)
      : network(build_network<Number>(model_of(state), {inputs, outputs},
                                      make_grid(Communicator::self(), 1))),
        batch{random_matrix(samples, inputs, 1), random_matrix(samples, outputs, 2)},
        tape(network.make_tape(samples)),
        cotangent("cotangent", samples, outputs) {
    training.theta = Vector<Number>("theta", network.parameters());
    initialize(network, 0, training.theta);
    const SpreadSamples<Number> none(samples_like(batch, 0), 0, network.grid().samples);
    const TwinSetting<Number> setting{network, options, samples, true, none};
    kernel_product = std::make_unique<LinearTwin<Number>>(setting, fork_state(training), batch);
    matrix = std::make_unique<LinearTwin<Number>>(setting, fork_state(training), batch);
    weights = std::make_unique<WeightTwin<Number>>(TwinKind::linear, setting, fork_state(training));
    quadratic =
        std::make_unique<WeightTwin<Number>>(TwinKind::quadratic, setting, fork_state(training));
  }

  void network_step() {
    network.forward(training.theta, batch.x, tape);
    score_sums(Loss{}, tape.outputs(), batch.y);
    loss_cotangent(Loss{}, tape.outputs(), batch.y, samples, cotangent);
    descend(network, tape, cotangent, eta, options, training);
  }
  void twin_step(Twin<Number>& twin) {
    score_twin(twin, batch, tape.outputs());
    twin.step(eta);
  }

  static constexpr double eta = 0.1;
  Network<Number> network;
  Samples<Number> batch;
  TrainOptions options;
  TrainingState<Number> training;
  Tape<Number> tape;
  Matrix<Number> cotangent;
  std::unique_ptr<Twin<Number>> kernel_product, matrix, weights, quadratic;
};

template <class Work>
double seconds(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void twins_beside_network(benchmark::State& state) {
  Setup setup(state);
  const auto warm_up = [&](Twin<Number>& twin) { setup.twin_step(twin); };
  setup.network_step();
  warm_up(*setup.kernel_product);
  const double assembly = seconds([&] { setup.matrix->hold_kernel(); });
  warm_up(*setup.matrix);
  warm_up(*setup.weights);
  warm_up(*setup.quadratic);
  double network = 0.0, kernel_product = 0.0, matrix = 0.0, weights = 0.0, quadratic = 0.0;
  for (auto _ : state) {
    network += seconds([&] { setup.network_step(); });
    kernel_product += seconds([&] { setup.twin_step(*setup.kernel_product); });
    matrix += seconds([&] { setup.twin_step(*setup.matrix); });
    weights += seconds([&] { setup.twin_step(*setup.weights); });
    quadratic += seconds([&] { setup.twin_step(*setup.quadratic); });
  }
  state.counters["linear"] = kernel_product / network;
  state.counters["linear_matrix"] = matrix / network;
  state.counters["assembly"] = assembly / (network / static_cast<double>(state.iterations()));
  state.counters["linear_displacement"] = weights / network;
  state.counters["quadratic"] = quadratic / network;
}

/// Losses of many steps of 5120 modes, with momentum and L2.
void predicted_trajectory(benchmark::State& state) {
  constexpr std::size_t modes = 5120;
  std::vector<double> lambda(modes);
  FunctionStart start;
  for (std::vector<double>* values : {&start.f, &start.y, &start.u, &start.a}) {
    values->assign(modes, 1.0);
  }
  start.y.assign(modes, 0.0);
  for (std::size_t i = 0; i < modes; ++i) lambda[i] = 1.0 / static_cast<double>(1 + i * i);
  const Prediction prediction(lambda, start, 1.0, 0.9, 1e-4);
  for (auto _ : state) benchmark::DoNotOptimize(prediction.losses(0, state.range(0)));
}

BENCHMARK(twins_beside_network)
    ->ArgNames({"width", "depth"})
    ->Args({2048, 3})
    ->Args({16384, 1})
    ->Args({8, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(10);
BENCHMARK(predicted_trajectory)
    ->ArgName("steps")
    ->Arg(100000)
    ->Arg(10)
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const MpiSession mpi(argc, argv);
  const Session session(Communicator(MPI_COMM_WORLD));
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
