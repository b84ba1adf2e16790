// The kernels between the products of a step and of a kernel, in bytes a second that they must read
// and write.
//   build/release/bin/kernel_benchmark [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include "base/session.hpp"
#include "data/samples.hpp"
#include "layers/build.hpp"
#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"
#include "model/initialize.hpp"
#include "model/loss.hpp"

namespace {

using namespace catapult;

using Number = float;

/// Runs `kernel`, which moves so many numbers.
template <class Kernel>
void repeat(benchmark::State& state, double numbers, const Kernel& kernel) {
  kernel();
  for (auto _ : state) {
    kernel();
    Kokkos::fence();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(numbers * sizeof(Number) *
                                                    static_cast<double>(state.iterations())));
}

struct Rows {
  explicit Rows(const benchmark::State& state)
      : rows(state.range(0)), columns(state.range(1)), matrix("matrix", rows, columns) {}
  double size() const { return static_cast<double>(rows) * static_cast<double>(columns); }

  Index rows, columns;
  Matrix<Number> matrix;
};

void add_bias(benchmark::State& state) {
  const Rows m(state);
  const Vector<Number> row("row", m.columns);
  repeat(state, 2.0 * m.size(), [&] { add_to_rows<Number>(1.0, row, m.matrix); });
}

void sum_over_rows(benchmark::State& state) {
  const Rows m(state);
  const Vector<Number> row("row", m.columns);
  repeat(state, m.size(), [&] { sum_rows<Number>(1.0, m.matrix, 0.0, row); });
}

void score(benchmark::State& state) {
  const Rows m(state);
  const Matrix<Number> y("y", m.rows, m.columns);
  repeat(state, 2.0 * m.size(),
         [&] { benchmark::DoNotOptimize(score_sums<Number>(m.matrix, y).square); });
}

void gather(benchmark::State& state) {
  const Rows m(state);
  const Samples<Number> from{m.matrix, Matrix<Number>("y", m.rows, 10)};
  const Samples<Number> to = samples_like(from, m.rows);
  std::vector<Index> order(static_cast<std::size_t>(m.rows));
  for (Index i = 0; i < m.rows; ++i) order[static_cast<std::size_t>(i)] = 7 * i % m.rows;
  Vector<Index> room;
  repeat(state, 2.0 * m.size(), [&] { take_rows(from, order, to, room); });
}

void draw_parameters(benchmark::State& state) {
  ModelOptions model;
  model.width = state.range(1);
  model.depth = 1;
  const auto network =
      build_network<Number>(model, state.range(0), 10, make_grid(Communicator(MPI_COMM_WORLD), 1));
  const Vector<Number> theta("theta", network.parameters());
  repeat(state, static_cast<double>(theta.size()), [&] { initialize(network, 1, theta); });
}

void gram_of_rows(benchmark::State& state) {
  const Rows m(state);
  const Matrix<Number> result("gram", m.rows, m.rows);
  repeat(state, m.size(), [&] { gram(1.0, m.matrix, 0.0, result); });
}

void wide_and_narrow(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"rows", "columns"})->Args({512, 2048})->Args({512, 131072})->Args({512, 10});
  bench->Unit(benchmark::kMicrosecond)->UseRealTime();
}

BENCHMARK(add_bias)->Apply(wide_and_narrow);
BENCHMARK(sum_over_rows)->Apply(wide_and_narrow);
BENCHMARK(score)->ArgNames({"rows", "columns"})->Args({512, 10})->Args({50000, 10})->UseRealTime();
BENCHMARK(gather)
    ->ArgNames({"rows", "columns"})
    ->Args({512, 784})
    ->Args({8192, 3072})
    ->UseRealTime();
BENCHMARK(draw_parameters)->ArgNames({"inputs", "width"})->Args({784, 2048})->UseRealTime();
BENCHMARK(gram_of_rows)
    ->ArgNames({"rows", "columns"})
    ->Args({512, 16})
    ->Args({4096, 16})
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const MpiSession mpi(argc, argv);
  const KokkosSession kokkos;
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
