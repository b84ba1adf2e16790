#include "theory/general.hpp"

namespace catapult {
namespace {

using Numbers = std::vector<double>;

double dot(const double* a, const double* b, std::size_t count) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

FunctionSpaceState function_step(const FunctionSpaceState& now, const SolvableData& data,
                                 double eta, double width) {
  const auto m = data.y.size(), d = static_cast<std::size_t>(data.inputs);
  const double samples = static_cast<double>(m);
  Numbers excess(m), zeta(d, 0.0), along(m), pull(m);  // f~, zeta, zeta.x_a, sum_b Theta_ab f~_b
  for (std::size_t a = 0; a < m; ++a) {
    excess[a] = now.f[a] - data.y[a];
    for (std::size_t i = 0; i < d; ++i) zeta[i] += excess[a] * data.x[a * d + i] / samples;
  }
  for (std::size_t a = 0; a < m; ++a) {
    along[a] = dot(&data.x[a * d], zeta.data(), d);
    pull[a] = dot(&now.theta[a * m], excess.data(), m);
  }
  const double overlap = dot(now.f.data(), excess.data(), m) / samples;
  const double u_zeta = width * dot(excess.data(), pull.data(), m) / (samples * samples) -
                        now.v_squared * dot(zeta.data(), zeta.data(), d);
  const double rate = eta / width;

  FunctionSpaceState next = now;
  next.v_squared += -2.0 * eta * overlap + eta * rate * u_zeta;
  for (std::size_t a = 0; a < m; ++a) {
    next.f[a] += -eta / samples * pull[a] + eta * rate * along[a] * overlap;
    for (std::size_t b = 0; b < m; ++b) {
      const double inputs = dot(&data.x[a * d], &data.x[b * d], d);
      next.theta[a * m + b] += -rate * (now.f[a] * along[b] + now.f[b] * along[a]) +
                               rate * rate * now.v_squared * along[a] * along[b] +
                               (rate * rate * u_zeta - 2.0 * rate * overlap) * inputs;
    }
  }
  return next;
}

}  // namespace catapult
