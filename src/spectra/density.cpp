#include "spectra/density.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "linalg/symmetric_eigen.hpp"
#include "spectra/estimate.hpp"

namespace catapult {
namespace {

constexpr double breakdown = 1e-13;  // of the operator: what is smaller is no direction
constexpr double widths_in_range = 200.0, points_in_width = 5.0, widths_beyond = 5.0;
constexpr double least_range = 1e-3;  // of the largest node, where all are equal

/// Of the tridiagonal matrix that Lanczos has built: nodes are its eigenvalues, weights the squares
/// of their vectors' first elements.
Quadrature quadrature_of(const std::vector<double>& diagonal, const std::vector<double>& beside) {
  const auto size = static_cast<Index>(diagonal.size());
  SymmetricEigen eigen;
  std::vector<double>& matrix = eigen.matrix(size);
  std::fill(matrix.begin(), matrix.end(), 0.0);
  for (std::size_t i = 0; i < diagonal.size(); ++i) {
    matrix[i * diagonal.size() + i] = diagonal[i];
    if (i + 1 == diagonal.size()) break;
    matrix[i * diagonal.size() + i + 1] = matrix[(i + 1) * diagonal.size() + i] = beside[i];
  }
  eigen.solve();
  Quadrature found;
  for (Index i = 0; i < size; ++i) {
    found.nodes.push_back(eigen.value(i));
    found.weights.push_back(eigen.vector(i)[0] * eigen.vector(i)[0]);
  }
  return found;
}

/// Value and standard error of the density at `at`.
Estimate density_at(double at, const std::vector<Quadrature>& quadratures, double width) {
  const double height = 1.0 / (width * std::sqrt(2.0 * std::numbers::pi));
  std::vector<double> values;
  for (const Quadrature& one : quadratures) {
    double value = 0.0;
    for (std::size_t i = 0; i < one.nodes.size(); ++i) {
      value += one.weights[i] * height * std::exp(-0.5 * std::pow((at - one.nodes[i]) / width, 2));
    }
    values.push_back(value);
  }
  return estimate_of(values);
}

void put_on_grid(SpectralDensity& density) {
  double low = density.quadratures[0].nodes.back(), high = density.quadratures[0].nodes[0];
  for (const Quadrature& one : density.quadratures) {
    low = std::min(low, one.nodes.back());
    high = std::max(high, one.nodes[0]);
  }
  const double largest = std::max(std::abs(low), std::abs(high));
  const double range = std::max(high - low, least_range * largest);
  density.width = (range > 0.0 ? range : 1.0) / widths_in_range;
  const double step = density.width / points_in_width;
  const double begin = low - widths_beyond * density.width;
  const double span = high - low + 2.0 * widths_beyond * density.width;
  for (Index i = 0; i <= std::lround(span / step); ++i) {
    const double at = begin + static_cast<double>(i) * step;
    const Estimate estimate = density_at(at, density.quadratures, density.width);
    density.grid.push_back(at);
    density.density.push_back(estimate.mean);
    density.error.push_back(estimate.error);
  }
}

}  // namespace

Quadrature quadrature_of(const SymmetricOperator<double>& op, const double* x,
                         SpreadVectors<double>& room) {
  const auto local = static_cast<std::size_t>(op.local_size());
  std::vector<double> direction(local), coefficients, diagonal, beside;
  HostProducts<double> multiply;
  room.clear();
  std::copy_n(x, local, room.next());
  double norm = room.split(coefficients);
  for (double largest = 0.0;;) {
    room.append();
    coefficients.assign(static_cast<std::size_t>(room.rows()), 0.0);
    coefficients.back() = 1.0;
    room.combine(coefficients, direction.data());
    multiply.apply(op, direction.data(), room.next(), 1);
    norm = room.split(coefficients);
    diagonal.push_back(coefficients.back());
    require_finite_products(norm + diagonal.back());
    largest = std::max({largest, std::abs(diagonal.back()), norm});
    if (room.full() || norm <= breakdown * largest) return quadrature_of(diagonal, beside);
    beside.push_back(norm);
  }
}

SpectralDensity density_of(const SymmetricOperator<double>& op, const Probes& probes,
                           const DensityRequest& request) {
  const auto size = static_cast<Index>(op.ranks().sum(static_cast<double>(op.local_size())));
  SpreadVectors<double> room(op.ranks(), op.local_size(), std::min(request.steps, size));
  std::vector<double> x(static_cast<std::size_t>(op.local_size())), means;
  SpectralDensity density;
  for (Index number = 0; number < request.probes; ++number) {
    probes(number, x.data());
    density.quadratures.push_back(quadrature_of(op, x.data(), room));
    const Quadrature& found = density.quadratures.back();
    density.products += static_cast<Index>(found.nodes.size());
    means.push_back(
        std::inner_product(found.nodes.begin(), found.nodes.end(), found.weights.begin(), 0.0));
  }
  const Estimate mean = estimate_of(means);
  density.mean = mean.mean;
  density.mean_error = mean.error;
  put_on_grid(density);
  return density;
}

}  // namespace catapult
