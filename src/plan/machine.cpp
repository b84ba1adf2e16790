#include "plan/machine.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"
#include "plan/memory.hpp"

namespace catapult {
namespace {

constexpr double seconds_of_a_timing = 0.03;
constexpr std::size_t timings = 5;

/// Calls a second; the median of some timings, for other jobs may hold up one or two of them.
template <class Call>
double rate_of(const Call& call) {
  using Clock = std::chrono::steady_clock;
  call();  // the first one pays for pages and code
  Kokkos::fence();
  std::array<double, timings> rates;
  for (double& rate : rates) {
    const auto start = Clock::now();
    int calls = 0;
    std::chrono::duration<double> seconds{};
    while (seconds.count() < seconds_of_a_timing) {
      call();
      Kokkos::fence();
      ++calls;
      seconds = Clock::now() - start;
    }
    rate = calls / seconds.count();
  }
  std::sort(rates.begin(), rates.end());
  return rates[timings / 2];
}

/// Of a product of a layer's size.
template <class Real>
double product_flops() {
  constexpr Index n = 1024;
  const Matrix<Real> a("a", n, n), b("b", n, n), c("c", n, n);
  const double products = rate_of([&] { gemm(Op::none, Op::transpose, 1.0, a, b, 0.0, c); });
  return products * 2.0 * n * n * n;
}

/// z <- numbers between -4 and 4
template <class Real>
void set_arguments(const Vector<Real>& z) {
  const Real half = static_cast<Real>(z.size()) / Real(2);
  Kokkos::parallel_for(
      "arguments", Range1(0, static_cast<Index>(z.size())),
      KOKKOS_LAMBDA(Index i) { z(i) = Real(4) * (static_cast<Real>(i) - half) / half; });
}

/// h <- tanh z
template <class Real>
void take_tanh(const Vector<Real>& z, const Vector<Real>& h) {
  Kokkos::parallel_for(
      "elementwise", Range1(0, static_cast<Index>(z.size())),
      KOKKOS_LAMBDA(Index i) { h(i) = std::tanh(z(i)); });
}

/// Seconds for a value of it, of numbers that caches hold.
template <class Real>
double seconds_of_tanh() {
  constexpr Index size = 1 << 14;
  const Vector<Real> z("z", size), h("h", size);
  set_arguments(z);
  return 1.0 / (rate_of([&] { take_tanh(z, h); }) * size);
}

/// Of y <- x + y on arrays that no cache holds.
double sum_bandwidth() {
  constexpr Index size = 8 << 20;
  const Vector<double> x("x", size), y("y", size);
  return rate_of([&] { axpby<double>(1.0, x, 1.0, y); }) * 3.0 * sizeof(double) * size;
}

// What large products and passes over memory reach of a data sheet's peaks. Products of AMD's GPUs
// are slowed by their power limit.
constexpr double nvidia_products = 0.8, amd_products = 0.7, passes = 0.85;

// A stream that never runs dry starts a kernel every few microseconds (measured on an H200: step of
// 784-2048^3-10 less its bare products, 90 us for 20 launches). Before a message from a GPU
// its kernels are waited for.
constexpr double nvidia_launch = 5e-6, amd_launch = 8e-6, gpu_message = 10e-6;

// The vendor's libraries and its context on the GPU.
constexpr RankBytes cpu_process{60e6, 0.0}, gpu_process{1e9, 1e9};

/// Two 64-core processors with AVX2, 512 GB and 400 GB/s, on a network of 200 Gbit/s: what such
/// nodes have, no particular one.
Machine cluster() {
  constexpr int cores = 128;
  return {.name = "cluster",
          .node_ranks = cores,
          .node_cores = cores,
          .node_bytes = 512e9,
          .flops_f32 = 60e9,
          .flops_f64 = 30e9,
          .function_f32 = 5e-9,
          .function_f64 = 15e-9,
          .memory_bandwidth = 400e9 / cores,
          .latency = 3e-6,
          .network_bandwidth = 25e9 / cores,
          .process = cpu_process};
}

/// A GPU node of Perlmutter: four A100 of 40 GB, 64 cores, 256 GB, a link of 200 Gbit/s a GPU
/// (docs.nersc.gov, Perlmutter architecture). Peaks: NVIDIA's A100 data sheet; 19.5 TFLOP/s in FP32
/// and, by tensor cores of full precision, in FP64; 1555 GB/s.
Machine a100() {
  return {.name = "a100",
          .rank = RankKind::gpu,
          .node_ranks = 4,
          .node_cores = 64,
          .node_bytes = 256e9,
          .device_bytes = 40e9,
          .flops_f32 = nvidia_products * 19.5e12,
          .flops_f64 = nvidia_products * 19.5e12,
          .memory_bandwidth = passes * 1.555e12,
          .launch = nvidia_launch,
          .latency = gpu_message,
          .network_bandwidth = 25e9,
          .process = gpu_process};
}

/// A DGX H100: eight H100 SXM of 80 GB, 112 cores, 2 TB, a link of 400 Gbit/s a GPU (NVIDIA's DGX
/// H100 data sheet). Of the peaks of its H100 data sheet, 67 TFLOP/s in FP32 and, by tensor cores
/// of full precision, in FP64, cuBLAS 13.1 gave these in a step's products on an H200, which is the
/// same processor with more memory; 3.35 TB/s.
Machine h100() {
  return {.name = "h100",
          .rank = RankKind::gpu,
          .node_ranks = 8,
          .node_cores = 112,
          .node_bytes = 2e12,
          .device_bytes = 80e9,
          .flops_f32 = 39e12,
          .flops_f64 = 49e12,
          .memory_bandwidth = passes * 3.35e12,
          .launch = nvidia_launch,
          .latency = gpu_message,
          .network_bandwidth = 50e9,
          .process = gpu_process};
}

/// A node of Frontier: four MI250X, which are eight GPUs (dies) of 64 GB; 64 cores of which jobs
/// have 56, 512 GB, four links of 200 Gbit/s (docs.olcf.ornl.gov, Frontier User Guide). Peaks of a
/// die: AMD's MI250X data sheet, halved; 47.9 TFLOP/s in FP32 and FP64 matrices; 1.6 TB/s.
Machine mi250x() {
  return {.name = "mi250x",
          .rank = RankKind::gpu,
          .node_ranks = 8,
          .node_cores = 56,
          .node_bytes = 512e9,
          .device_bytes = 64e9,
          .flops_f32 = amd_products * 47.9e12,
          .flops_f64 = amd_products * 47.9e12,
          .memory_bandwidth = passes * 1.6e12,
          .launch = amd_launch,
          .latency = gpu_message,
          .network_bandwidth = 12.5e9,
          .process = gpu_process};
}

}  // namespace

double share_of_memory(const RankBytes& bytes, const Machine& machine) {
  const double host = bytes.host / (machine.node_bytes / machine.node_ranks);
  return machine.has_gpus() ? std::max(host, bytes.device / machine.device_bytes) : host;
}

const std::vector<Machine>& fixed_machines() {
  static const std::vector<Machine> all = {cluster(), a100(), h100(), mi250x()};
  return all;
}

const Machine& fixed_machine(const std::string& name) {
  for (const Machine& machine : fixed_machines()) {
    if (machine.name == name) return machine;
  }
  throw std::logic_error("no fixed machine " + name);
}

const Machine& reference_machine(RankKind rank) {
  // Of the GPUs the one of least memory: what fits there fits the others.
  return fixed_machine(rank == RankKind::core ? "cluster" : "a100");
}

const Machine& machine_of_build() {
  return reference_machine(kernels_on_host ? RankKind::core : RankKind::gpu);
}

Machine measured_machine() {
  Machine machine = machine_of_build();
  machine.name = "here";
  machine.node_cores = machine_cores();
  if (!machine.has_gpus()) machine.node_ranks = machine.node_cores;
  machine.node_bytes = memory_limits().node;
  machine.device_bytes = device_memory();
  machine.flops_f32 = product_flops<float>();
  machine.flops_f64 = product_flops<double>();
  if (!machine.has_gpus()) {  // where they are not seen beside memory
    machine.function_f32 = seconds_of_tanh<float>();
    machine.function_f64 = seconds_of_tanh<double>();
  }
  machine.memory_bandwidth = sum_bandwidth();
  // A message passes through a buffer that both ranks see: written, read and written, and read.
  machine.latency = 2e-6;
  machine.network_bandwidth = machine.memory_bandwidth / 4.0;
  return machine;
}

int machine_cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace catapult
