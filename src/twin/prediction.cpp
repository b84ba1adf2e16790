#include "twin/prediction.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace catapult {
namespace {

struct Vector2 {
  double x, y;
};

/// Row-major.
struct Matrix2 {
  double xx, xy, yx, yy;
};

Matrix2 operator*(const Matrix2& a, const Matrix2& b) {
  return {a.xx * b.xx + a.xy * b.yx, a.xx * b.xy + a.xy * b.yy, a.yx * b.xx + a.yy * b.yx,
          a.yx * b.xy + a.yy * b.yy};
}
Matrix2 operator+(const Matrix2& a, const Matrix2& b) {
  return {a.xx + b.xx, a.xy + b.xy, a.yx + b.yx, a.yy + b.yy};
}
Vector2 operator*(const Matrix2& a, const Vector2& b) {
  return {a.xx * b.x + a.xy * b.y, a.yx * b.x + a.yy * b.y};
}
Vector2 operator+(const Vector2& a, const Vector2& b) { return {a.x + b.x, a.y + b.y}; }

/// One step of (w - w*, u), as of the coordinates (d, v) of a mode.
Matrix2 companion(double kappa, double eta, double gamma) {
  return {1.0 - eta * kappa, -eta * gamma, kappa, gamma};
}

/// Steps of one mode driven by what the kernel does not see. With x = (d, v) the coordinates of
/// displacement and velocity, z the part of theta_0 and v_0 in them and g a constant:
///   x <- M x + k (z_1 + g), z <- M_0 z,  k = (-eta, 1), M_0 = M without its lambda.
/// So t steps are [[M, D, s], [0, M_0, 0], [0, 0, 1]]^t, and D is (M^t - M_0^t)/lambda without
/// its cancellation.
struct Response {
  Matrix2 mode, still, driven;
  Vector2 constant;
};

Response operator*(const Response& b, const Response& a) {
  return {b.mode * a.mode, b.still * a.still, b.mode * a.driven + b.driven * a.still,
          b.mode * a.constant + b.constant};
}

/// step^t for t >= 0.
template <class Step>
Step power(Step step, Index t, Step result) {
  for (; t > 0; t /= 2) {
    if (t % 2 == 1) result = step * result;
    step = step * step;
  }
  return result;
}

constexpr Matrix2 identity{1.0, 0.0, 0.0, 1.0};

double value_or_zero(const std::vector<double>& values, std::size_t i) {
  return values.empty() ? 0.0 : values[i];
}

}  // namespace

Prediction::Prediction(std::vector<double> eigenvalues, FunctionStart start, double eta,
                       double momentum, double l2)
    : lambda_(std::move(eigenvalues)),
      start_(std::move(start)),
      eta_(eta),
      momentum_(momentum),
      l2_(l2) {
  if (start_.f.size() != lambda_.size() || start_.y.size() != lambda_.size()) {
    throw std::logic_error("Prediction: not one mode an eigenvalue");
  }
  fixed_.resize(lambda_.size());
  if (l2_ == 0.0) return;
  for (std::size_t i = 0; i < fixed_.size(); ++i) {
    const double pull = start_.y[i] - start_.f[i] + value_or_zero(start_.a, i);
    fixed_[i] = -l2_ * pull / (lambda_[i] + l2_);
  }
}

Prediction::Modes Prediction::at(Index t) const {
  const std::size_t size = lambda_.size();
  Modes modes{std::vector<double>(size), std::vector<double>(size)};
  for (std::size_t i = 0; i < size; ++i) {
    const Matrix2 steps = power(companion(lambda_[i] + l2_, eta_, momentum_), t, identity);
    const Vector2 start{start_.f[i] - start_.y[i] - fixed_[i], value_or_zero(start_.u, i)};
    const Vector2 now = steps * start;
    modes.offset[i] = now.x;
    modes.u[i] = now.y;
  }
  return modes;
}

void Prediction::advance(Modes& modes) const {
  double *w = modes.offset.data(), *u = modes.u.data();
  const double* lambda = lambda_.data();
  const double eta = eta_, gamma = momentum_, l2 = l2_;
  for (std::size_t i = 0, size = lambda_.size(); i < size; ++i) {
    u[i] = gamma * u[i] + (lambda[i] + l2) * w[i];
    w[i] -= eta * u[i];
  }
}

double Prediction::loss_of(const Modes& modes) const {
  constexpr std::size_t lanes = 8;  // so that the sum does not wait for itself
  std::array<double, lanes> sums{};
  const std::size_t size = fixed_.size(), whole = size - size % lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double w = modes.offset[i + lane] + fixed_[i + lane];
      sums[lane] += w * w;
    }
  }
  for (std::size_t i = whole; i < size; ++i) {
    const double w = modes.offset[i] + fixed_[i];
    sums[0] += w * w;
  }
  const double loss =
      std::accumulate(sums.begin(), sums.end(), 0.0) / (2.0 * static_cast<double>(size));
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

std::vector<double> Prediction::outputs(Index t) const {
  std::vector<double> f = at(t).offset;
  for (std::size_t i = 0; i < f.size(); ++i) f[i] += fixed_[i] + start_.y[i];
  return f;
}

double Prediction::loss(Index t) const { return loss_of(at(t)); }

DualVector Prediction::displacement(Index t) const {
  const Matrix2 still = companion(l2_, eta_, momentum_);
  DualVector d{std::vector<double>(lambda_.size()), 0.0, 0.0};
  for (std::size_t i = 0; i < lambda_.size(); ++i) {
    const Response one{
        companion(lambda_[i] + l2_, eta_, momentum_), still, {-eta_, 0.0, 1.0, 0.0}, {-eta_, 1.0}};
    const Response steps = power(one, t, Response{identity, identity, {}, {}});
    const double a = value_or_zero(start_.a, i), u = value_or_zero(start_.u, i);
    d.sum[i] = steps.driven.xx * a + steps.driven.xy * u +
               steps.constant.x * (start_.f[i] - start_.y[i] - a);
  }
  const Matrix2 steps = power(still, t, identity);
  d.of_velocity = steps.xy;
  d.of_theta = steps.xx - 1.0;
  return d;
}

std::vector<double> Prediction::losses(Index first, Index count) const {
  constexpr double negligible = 1e-150;  // its square is none, and denormal numbers are slow
  constexpr Index interval = 256;
  std::vector<double> losses;
  losses.reserve(static_cast<std::size_t>(count));
  Modes modes = at(first);
  for (Index step = 0; step < count; ++step) {
    if (step % interval == 0) {
      for (std::vector<double>* values : {&modes.offset, &modes.u}) {
        for (double& value : *values) value = std::abs(value) < negligible ? 0.0 : value;
      }
    }
    losses.push_back(loss_of(modes));
    advance(modes);
  }
  return losses;
}

std::vector<double> Prediction::growth_rates() const {
  std::vector<double> rates;
  for (const double lambda : lambda_) {
    // rho^2 - trace rho + gamma = 0
    const double trace = 1.0 - eta_ * (lambda + l2_) + momentum_;
    const double square = trace * trace - 4.0 * momentum_;
    rates.push_back(square < 0.0 ? std::sqrt(momentum_)
                                 : 0.5 * (std::abs(trace) + std::sqrt(square)));
  }
  return rates;
}

std::optional<Index> Prediction::first_step_above(double multiple, Index most) const {
  constexpr Index chunk = 1024;
  const double limit = multiple * loss(0);
  for (Index first = 0; first <= most; first += chunk) {
    const std::vector<double> part = losses(first, std::min(chunk, most + 1 - first));
    const auto above = std::find_if(part.begin(), part.end(), [&](double l) { return l > limit; });
    if (above != part.end()) return first + (above - part.begin());
  }
  return std::nullopt;
}

}  // namespace catapult
