#include "twin/function_twin.hpp"

#include <stdexcept>

#include "linalg/vector_ops.hpp"

namespace catapult {
namespace {

/// y <- alpha x + beta y; an empty x is zero.
void combine(double alpha, const std::vector<double>& x, double beta, std::vector<double>& y) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = beta * y[i] + (x.empty() ? 0.0 : alpha * x[i]);
}

Vector<double> on_device(const std::vector<double>& values) {
  const Vector<double> result("function_vector", values.size());
  upload(values.data(), result);
  return result;
}

std::vector<double> on_host(const Vector<const double>& values) {
  std::vector<double> result(values.size());
  download(values, result.data());
  return result;
}

template <class Value>
Matrix<Value> one_row(const Vector<Value>& values) {
  return Matrix<Value>(values.data(), 1, values.size());
}

/// u <- u + l2 (f - pull)
void add_pull(double l2, const Vector<const double>& f, const Vector<const double>& pull,
              const Vector<double>& u) {
  Kokkos::parallel_for(
      "l2_pull", Range1(0, static_cast<Index>(u.extent(0))),
      KOKKOS_LAMBDA(Index i) { u(i) += l2 * (f(i) - pull(i)); });
}

}  // namespace

FunctionTwin::FunctionTwin(const SymmetricOperator<double>& theta, FunctionStart start,
                           double momentum, double l2)
    : theta_(&theta), momentum_(momentum), l2_(l2) {
  const std::size_t size = start.f.size();
  if (static_cast<Index>(size) != theta.local_size() || start.y.size() != size) {
    throw std::logic_error("FunctionTwin: vectors do not fit the kernel");
  }
  y_ = on_device(start.y);
  if (l2 != 0.0) {
    std::vector<double> pull = start.f;
    combine(-1.0, start.a, 1.0, pull);
    pull_ = on_device(pull);
  }
  residual_ = Vector<double>("function_residual", size);
  product_ = Vector<double>("function_product", size);
  const std::vector<double> zeros(size);
  restore({start.f, start.u.empty() ? zeros : start.u, {zeros, 0.0, 0.0}, {zeros, 1.0, 0.0}});
}

FunctionState FunctionTwin::state() const {
  DualVector d = of_displacement_, v = of_velocity_;
  d.sum = on_host(displacement_);
  v.sum = on_host(velocity_);
  return {on_host(f_), on_host(u_), std::move(d), std::move(v)};
}

void FunctionTwin::restore(const FunctionState& state) {
  f_ = on_device(state.f);
  u_ = on_device(state.u);
  displacement_ = on_device(state.displacement.sum);
  velocity_ = on_device(state.velocity.sum);
  of_displacement_ = {{}, state.displacement.of_velocity, state.displacement.of_theta};
  of_velocity_ = {{}, state.velocity.of_velocity, state.velocity.of_theta};
}

void FunctionTwin::step(double eta) {
  copy<double>(residual_, f_);
  axpby<double>(-1.0, y_, 1.0, residual_);
  theta_->apply(one_row<const double>(residual_), one_row<double>(product_));

  axpby<double>(1.0, product_, momentum_, u_);
  if (l2_ != 0.0) add_pull(l2_, f_, pull_, u_);
  axpby<double>(-eta, u_, 1.0, f_);

  // The same step in coordinates: v <- gamma v + J^T (f - y)/(k N) + l2 (theta_0 + d)
  auto &d = of_displacement_, &v = of_velocity_;
  axpby<double>(1.0, residual_, momentum_, velocity_);
  if (l2_ != 0.0) axpby<double>(l2_, displacement_, 1.0, velocity_);
  v.of_velocity = momentum_ * v.of_velocity + l2_ * d.of_velocity;
  v.of_theta = momentum_ * v.of_theta + l2_ * (1.0 + d.of_theta);
  axpby<double>(-eta, velocity_, 1.0, displacement_);
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
