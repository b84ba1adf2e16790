#include "theory/reduce.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

/// Reflects the rows from `pivot` on of x (m, d) and y so that below the pivot column `pivot` of x
/// is 0.
void reflect(SolvableData& data, std::size_t pivot) {
  const std::size_t m = data.y.size(), d = static_cast<std::size_t>(data.inputs);
  std::vector<double> normal(m - pivot);
  double square = 0.0;
  for (std::size_t row = pivot; row < m; ++row) {
    normal[row - pivot] = data.x[row * d + pivot];
    square += normal[row - pivot] * normal[row - pivot];
  }
  if (square == 0.0) return;
  const double length = std::copysign(std::sqrt(square), normal[0]);
  const double scale = length * (length + normal[0]);  // |normal|^2 / 2 of the next line's
  normal[0] += length;
  const auto apply = [&](double* column, std::size_t stride) {
    double overlap = 0.0;
    for (std::size_t i = 0; i < normal.size(); ++i) overlap += normal[i] * column[i * stride];
    for (std::size_t i = 0; i < normal.size(); ++i) {
      column[i * stride] -= overlap / scale * normal[i];
    }
  };
  for (std::size_t column = pivot; column < d; ++column) apply(&data.x[pivot * d + column], d);
  apply(&data.y[pivot], 1);
  for (std::size_t row = pivot + 1; row < m; ++row) data.x[row * d + pivot] = 0.0;
}

}  // namespace

ReducedData reduced(const SolvableData& all) {
  ReducedData few{all};
  const std::size_t m = all.y.size(), d = static_cast<std::size_t>(all.inputs);
  if (m <= d) return few;
  for (std::size_t pivot = 0; pivot < d; ++pivot) reflect(few.data, pivot);
  for (std::size_t row = d; row < m; ++row) few.rest += few.data.y[row] * few.data.y[row];
  few.data.x.resize(d * d);
  few.data.y.resize(d);
  return few;
}

}  // namespace catapult
