// The warm-up model on several samples: its closed maps against its parameters.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "theory/general.hpp"

namespace catapult {
namespace {

/// u (n, d), v (n).
struct Parameters {
  std::size_t n, d;
  std::vector<double> u, v;

  std::vector<double> hidden(const double* x) const {  // u x
    std::vector<double> h(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < d; ++j) h[i] += u[i * d + j] * x[j];
    }
    return h;
  }
};

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

FunctionSpaceState state_of(const Parameters& p, const SolvableData& data) {
  const std::size_t m = data.y.size();
  FunctionSpaceState state{std::vector<double>(m), std::vector<double>(m * m), dot(p.v, p.v)};
  const double n = static_cast<double>(p.n);
  for (std::size_t a = 0; a < m; ++a) {
    const auto h = p.hidden(&data.x[a * p.d]);
    state.f[a] = dot(p.v, h) / std::sqrt(n);
    for (std::size_t b = 0; b < m; ++b) {
      double inputs = 0.0;
      for (std::size_t j = 0; j < p.d; ++j) inputs += data.x[a * p.d + j] * data.x[b * p.d + j];
      state.theta[a * m + b] = (dot(h, p.hidden(&data.x[b * p.d])) + state.v_squared * inputs) / n;
    }
  }
  return state;
}

/// Gradient descent on 1/(2m) sum (f - y)^2, parameter by parameter.
void descend(Parameters& p, const SolvableData& data, double eta) {
  const std::size_t m = data.y.size();
  const double n = static_cast<double>(p.n);
  const Parameters old = p;
  const auto f = state_of(old, data).f;
  for (std::size_t a = 0; a < m; ++a) {
    const double pull = eta * (f[a] - data.y[a]) / (static_cast<double>(m) * std::sqrt(n));
    const auto h = old.hidden(&data.x[a * p.d]);
    for (std::size_t i = 0; i < p.n; ++i) {
      p.v[i] -= pull * h[i];
      for (std::size_t j = 0; j < p.d; ++j)
        p.u[i * p.d + j] -= pull * old.v[i] * data.x[a * p.d + j];
    }
  }
}

double error(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return difference / size;
}

struct Problem {
  Parameters parameters;
  SolvableData data;
};

Problem draw(std::size_t n, std::size_t d, std::size_t m) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  const auto many = [&](std::size_t count) {
    std::vector<double> values(count);
    for (double& value : values) value = normal(engine);
    return values;
  };
  return {{n, d, many(n * d), many(n)}, {static_cast<Index>(d), many(m * d), many(m)}};
}

/// Largest eigenvalue of theta/m by power iteration.
double top_eigenvalue(const FunctionSpaceState& state) {
  const std::size_t m = state.f.size();
  std::vector<double> x(m, 1.0);
  double value = 0.0;
  for (int step = 0; step < 500; ++step) {
    std::vector<double> y(m, 0.0);
    for (std::size_t a = 0; a < m; ++a) {
      for (std::size_t b = 0; b < m; ++b) y[a] += state.theta[a * m + b] * x[b];
    }
    value = std::sqrt(dot(y, y));
    for (std::size_t a = 0; a < m; ++a) x[a] = y[a] / value;
  }
  return value / static_cast<double>(m);
}

TEST(Solvable, ClosesInFunctionSpace) {  // T2
  for (const auto& [n, d, m] :
       {std::tuple(40, 5, 3), std::tuple(200, 3, 7), std::tuple(25, 1, 1)}) {
    Problem problem =
        draw(static_cast<std::size_t>(n), static_cast<std::size_t>(d), static_cast<std::size_t>(m));
    auto& [parameters, data] = problem;
    const double eta = 2.5 / top_eigenvalue(state_of(parameters, data));
    for (int step = 0; step < 15; ++step) {
      const FunctionSpaceState now = state_of(parameters, data);
      const FunctionSpaceState predicted = function_step(now, data, eta, n);
      descend(parameters, data, eta);
      const FunctionSpaceState next = state_of(parameters, data);
      EXPECT_LT(error(predicted.f, next.f), 1e-13) << n << " step " << step;
      EXPECT_LT(error(predicted.theta, next.theta), 1e-13) << n << " step " << step;
      EXPECT_NEAR(predicted.v_squared / next.v_squared, 1.0, 1e-13) << n << " step " << step;
    }
  }
}

TEST(Solvable, KeepsItsInvariant) {  // T3, with |u|^2 from the trace of u^T u
  Problem problem = draw(60, 1, 1);
  auto& [parameters, data] = problem;
  data.x = {1.0};
  data.y = {0.0};
  const double n = 60.0, eta = 2.5 / top_eigenvalue(state_of(parameters, data));
  for (int step = 0; step < 15; ++step) {
    const double before = dot(parameters.u, parameters.u) - dot(parameters.v, parameters.v);
    const double f = state_of(parameters, data).f[0];
    descend(parameters, data, eta);
    const double after = dot(parameters.u, parameters.u) - dot(parameters.v, parameters.v);
    EXPECT_NEAR(after, (1.0 - eta * eta * f * f / n) * before, 1e-13 * n);
  }
}

}  // namespace
}  // namespace catapult
