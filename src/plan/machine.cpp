#include "plan/machine.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "linalg/product.hpp"
#include "linalg/vector_ops.hpp"
#include "plan/memory.hpp"

namespace catapult {
namespace {

constexpr double seconds_of_a_timing = 0.1;

/// Calls a second.
template <class Call>
double rate_of(const Call& call) {
  using Clock = std::chrono::steady_clock;
  call();  // the first one pays for pages and code
  const auto start = Clock::now();
  int calls = 0;
  std::chrono::duration<double> seconds{};
  while (seconds.count() < seconds_of_a_timing) {
    call();
    Kokkos::fence();
    ++calls;
    seconds = Clock::now() - start;
  }
  return calls / seconds.count();
}

/// Of a product of a layer's size.
template <class Real>
double product_flops() {
  constexpr Index n = 1024;
  const Matrix<Real> a("a", n, n), b("b", n, n), c("c", n, n);
  const double products = rate_of([&] { gemm(Op::none, Op::transpose, 1.0, a, b, 0.0, c); });
  return products * 2.0 * n * n * n;
}

/// Of y <- x + y on arrays that no cache holds.
double sum_bandwidth() {
  constexpr Index size = 8 << 20;
  const Vector<double> x("x", size), y("y", size);
  return rate_of([&] { axpby<double>(1.0, x, 1.0, y); }) * 3.0 * sizeof(double) * size;
}

}  // namespace

MachineParameters cluster_machine(const std::string& precision) {
  constexpr double cores = cluster_node_cores;
  return {"cluster",    precision == "f32" ? 60e9 : 30e9, 400e9 / cores, 3e-6,
          25e9 / cores, cluster_node_bytes / cores};
}

MachineParameters measured_machine(const std::string& precision) {
  const double bandwidth = sum_bandwidth();
  // A message passes through a buffer that both ranks see: written, read and written, and read.
  return {"here",          precision == "f32" ? product_flops<float>() : product_flops<double>(),
          bandwidth,       2e-6,
          bandwidth / 4.0, memory_limits().node / machine_cores()};
}

int machine_cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace catapult
