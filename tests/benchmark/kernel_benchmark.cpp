// The kernels between the products of a step and of a kernel, in bytes a second that they must read
// and write; convolutions, in operations a second.
//   build/release/bin/kernel_benchmark [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include "base/session.hpp"
#include "data/samples.hpp"
#include "layers/average_pool.hpp"
#include "layers/build.hpp"
#include "layers/max_pool.hpp"
#include "linalg/convolution.hpp"
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
         [&] { benchmark::DoNotOptimize(score_sums<Number>(Loss{}, m.matrix, y).loss); });
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
  const auto network = build_network<Number>(model, {state.range(0), 10},
                                             make_grid(Communicator(MPI_COMM_WORLD), 1));
  const Vector<Number> theta("theta", network.parameters());
  repeat(state, static_cast<double>(theta.size()), [&] { initialize(network, 1, theta); });
}

void gram_of_rows(benchmark::State& state) {
  const Rows m(state);
  const Matrix<Number> result("gram", m.rows, m.rows);
  repeat(state, m.size(), [&] { gram(1.0, m.matrix, 0.0, result); });
}

/// Pools as one layer of a network has them, forward and back.
template <class Pool>
void pass_pool(benchmark::State& state) {
  const Grid grid = make_grid(Communicator(MPI_COMM_WORLD), 1);
  const ImageShape image{state.range(0), state.range(1), state.range(1)};
  const Index samples = state.range(2);
  const PoolShape shape = pool_of(image, 2, state.range(3));
  const Pool layer(grid.shape(), place_of(image, {}), shape);
  const auto own = layer.make_state(batch_on(grid.shape(), samples), Workspace<Number>());
  const Features<Number> x("x", samples, {image.inputs()}),
      y("y", samples, {shape.output.inputs()});
  fill(x.flat(), Number(1));
  repeat(state, 2.0 * static_cast<double>(x.flat().size() + y.flat().size()), [&] {
    layer.forward({grid, {}}, *own, x, y);
    layer.pullback({grid, {}}, *own, y, x, {});
  });
}

/// The three maps of a 3 x 3 convolution; images are squares.
template <class Real>
struct Convolved {
  explicit Convolved(const benchmark::State& state)
      : shape(same_convolution({state.range(0), state.range(2), state.range(2)}, state.range(1), 3,
                               1)),
        images(state.range(3)),
        convolution(shape, images),
        x("x", images * shape.input.inputs()),
        w("w", shape.weights()),
        z("z", images * shape.output.inputs()),
        bias("bias", shape.output.channels),
        scratch("scratch", convolution.scratch_size()) {
    fill(x, Real(1));  // as fast as any numbers, but for zeros on some machines
    fill(w, Real(1));
    fill(z, Real(1));
  }

  ConvolutionShape shape;
  Index images;
  Convolution<Real> convolution;
  Vector<Real> x, w, z, bias, scratch;
};

template <class Real, class Map>
void repeat_map(benchmark::State& state, const Map& map) {
  Convolved<Real> c(state);
  map(c);
  for (auto _ : state) {
    map(c);
    Kokkos::fence();
  }
  state.counters["flops"] =
      benchmark::Counter(c.shape.flops(c.images), benchmark::Counter::kIsIterationInvariantRate);
}

/// What a convolution could not beat: the product of all patches, were they there.
template <class Real>
void multiply_patches(benchmark::State& state) {
  const Convolved<Real> c(state);
  const Index windows = c.images * c.shape.output.positions(), outputs = c.shape.output.channels;
  const Matrix<Real> patches("patches", windows, c.shape.patch());
  fill(flat(patches), Real(1));
  const auto w = matrix_over(c.w.data(), c.shape.patch(), outputs);
  const auto z = matrix_over(c.z.data(), windows, outputs);
  repeat_map<Real>(state,
                   [&](Convolved<Real>&) { gemm(Op::none, Op::none, 0.5, patches, w, 0.0, z); });
}

template <class Real>
void convolve(benchmark::State& state) {
  repeat_map<Real>(state, [](Convolved<Real>& c) {
    c.convolution.forward(0.5, c.x, c.w, 0.5, c.bias, 0.0, c.z, c.scratch);
  });
}
template <class Real>
void convolve_back(benchmark::State& state) {
  repeat_map<Real>(state, [](Convolved<Real>& c) {
    c.convolution.backward_data(0.5, c.z, c.w, c.x, c.scratch);
  });
}
template <class Real>
void convolve_weights(benchmark::State& state) {
  repeat_map<Real>(state, [](Convolved<Real>& c) {
    c.convolution.backward_weights(1e-9, c.x, c.z, 1.0, c.w, 1e-9, c.bias, c.scratch);
  });
}

/// Channels of the widest and of narrow residual networks.
void images(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"from", "to", "size", "batch"})->Args({160, 160, 32, 32});
  bench->Args({64, 64, 32, 32})->Args({16, 16, 32, 128})->Args({3, 16, 32, 128});
  bench->Args({32, 32, 32, 128})->Args({64, 64, 16, 128})->Args({128, 128, 8, 128});
  bench->Args({3, 8, 8, 2});
  bench->Unit(benchmark::kMillisecond)->UseRealTime();
}

void pools(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"channels", "size", "batch", "stride"})->Args({320, 30, 32, 1});
  bench->Args({32, 32, 128, 2})->Args({8, 4, 2, 1})->Unit(benchmark::kMillisecond)->UseRealTime();
}

void wide_and_narrow(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"rows", "columns"})->Args({512, 2048})->Args({512, 131072})->Args({512, 10});
  bench->Args({4, 8});
  bench->Unit(benchmark::kMicrosecond)->UseRealTime();
}

BENCHMARK(add_bias)->Apply(wide_and_narrow);
BENCHMARK(sum_over_rows)->Apply(wide_and_narrow);
BENCHMARK(score)
    ->ArgNames({"rows", "columns"})
    ->Args({512, 10})
    ->Args({50000, 10})
    ->Args({4, 8})
    ->UseRealTime();
BENCHMARK(gather)
    ->ArgNames({"rows", "columns"})
    ->Args({512, 784})
    ->Args({8192, 3072})
    ->Args({4, 8})
    ->UseRealTime();
BENCHMARK(draw_parameters)
    ->ArgNames({"inputs", "width"})
    ->Args({784, 2048})
    ->Args({8, 8})
    ->UseRealTime();
BENCHMARK(gram_of_rows)
    ->ArgNames({"rows", "columns"})
    ->Args({512, 16})
    ->Args({4096, 16})
    ->Args({4, 8})
    ->UseRealTime();
BENCHMARK(pass_pool<MaxPool<Number>>)->Apply(pools);
BENCHMARK(pass_pool<AveragePool<Number>>)->Apply(pools);
BENCHMARK(multiply_patches<float>)->Apply(images);
BENCHMARK(convolve<float>)->Apply(images);
BENCHMARK(convolve_back<float>)->Apply(images);
BENCHMARK(convolve_weights<float>)->Apply(images);
BENCHMARK(multiply_patches<double>)->Apply(images);
BENCHMARK(convolve<double>)->Apply(images);
BENCHMARK(convolve_back<double>)->Apply(images);
BENCHMARK(convolve_weights<double>)->Apply(images);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const MpiSession mpi(argc, argv);
  const KokkosSession kokkos;
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
