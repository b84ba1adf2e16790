// What one core could do at most: fused multiply-adds on registers and nothing else.
//   build/release/bin/fma_benchmark [Google Benchmark's options]
#include <benchmark/benchmark.h>

namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#else
constexpr int vector_bytes = 32;
#endif
constexpr int chains = 12;  // independent ones: the latency of one hides behind the others
constexpr int length = 1000;

template <class Real>
struct Lanes {
  typedef Real type __attribute__((vector_size(vector_bytes)));
};

template <class Real>
void multiply_add(benchmark::State& state) {
  using Vector = typename Lanes<Real>::type;
  const Vector half = Vector{} + Real(0.5), one = Vector{} + Real(1);
  Vector sums[chains] = {};
  for (auto _ : state) {
    for (int link = 0; link < length; ++link) {
#pragma GCC unroll 12
      for (int chain = 0; chain < chains; ++chain) sums[chain] = sums[chain] * half + one;
    }
    for (Vector& sum : sums) benchmark::DoNotOptimize(sum);
  }
  constexpr double lanes = vector_bytes / sizeof(Real);
  state.counters["flops"] = benchmark::Counter(2.0 * lanes * chains * length,
                                               benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(multiply_add<float>);
BENCHMARK(multiply_add<double>);

}  // namespace

BENCHMARK_MAIN();
