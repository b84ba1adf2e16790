#include "twin/function_twin.hpp"

#include <stdexcept>

namespace catapult {
namespace {

/// y <- alpha x + beta y; an empty x is zero.
void combine(double alpha, const std::vector<double>& x, double beta, std::vector<double>& y) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = beta * y[i] + (x.empty() ? 0.0 : alpha * x[i]);
}

}  // namespace

FunctionTwin::FunctionTwin(const SymmetricOperator& theta, FunctionStart start, double momentum,
                           double l2)
    : theta_(theta), start_(std::move(start)), momentum_(momentum), l2_(l2) {
  const std::size_t size = start_.f.size();
  if (static_cast<Index>(size) != theta.local_size() || start_.y.size() != size) {
    throw std::logic_error("FunctionTwin: vectors do not fit the kernel");
  }
  state_.f = start_.f;
  state_.u = start_.u.empty() ? std::vector<double>(size) : start_.u;
  state_.displacement.sum.assign(size, 0.0);
  state_.velocity = {std::vector<double>(size), 1.0, 0.0};
  residual_.resize(size);
  product_.resize(size);
}

void FunctionTwin::step(double eta) {
  auto& [f, u, d, v] = state_;
  residual_ = f;
  combine(-1.0, start_.y, 1.0, residual_);
  theta_.apply(residual_.data(), product_.data(), 1);

  combine(1.0, product_, momentum_, u);
  if (l2_ != 0.0) {
    for (std::size_t i = 0; i < u.size(); ++i) {
      u[i] += l2_ * (f[i] - start_.f[i] + (start_.a.empty() ? 0.0 : start_.a[i]));
    }
  }
  combine(-eta, u, 1.0, f);

  // The same step in coordinates: v <- gamma v + J^T (f - y)/(k N) + l2 (theta_0 + d)
  combine(1.0, residual_, momentum_, v.sum);
  if (l2_ != 0.0) combine(l2_, d.sum, 1.0, v.sum);
  v.of_velocity = momentum_ * v.of_velocity + l2_ * d.of_velocity;
  v.of_theta = momentum_ * v.of_theta + l2_ * (1.0 + d.of_theta);
  combine(-eta, v.sum, 1.0, d.sum);
  d.of_velocity -= eta * v.of_velocity;
  d.of_theta -= eta * v.of_theta;
}

std::vector<double> test_outputs(const FunctionStart& start, const CrossKernel& cross,
                                 const DualVector& d) {
  std::vector<double> f(start.f.size());
  cross(d.sum.data(), f.data());
  combine(1.0, start.f, 1.0, f);
  combine(d.of_velocity, start.u, 1.0, f);
  combine(d.of_theta, start.a, 1.0, f);
  return f;
}

}  // namespace catapult
