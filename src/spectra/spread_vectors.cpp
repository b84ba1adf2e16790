#include "spectra/spread_vectors.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

/// Sums in eight parts, so that they need not wait for one another.
double dot(const double* x, const double* y, Index size) {
  constexpr Index parts = 8;
  double sums[parts] = {};
  Index i = 0;
  for (; i + parts <= size; i += parts) {
    for (Index part = 0; part < parts; ++part) sums[part] += x[i + part] * y[i + part];
  }
  double sum = 0.0;
  for (; i < size; ++i) sum += x[i] * y[i];
  for (const double part : sums) sum += part;
  return sum;
}

void add(double factor, const double* x, double* y, Index size) {
  for (Index i = 0; i < size; ++i) y[i] += factor * x[i];
}

}  // namespace

void SpreadVectors::append(const double* x, double factor) {
  double* to = elements_.data() + rows_ * local_;
  for (Index i = 0; i < local_; ++i) to[i] = factor * x[i];
  ++rows_;
}

void SpreadVectors::combine(const std::vector<double>& coefficients, double* x) const {
  std::fill_n(x, local_, 0.0);
  for (Index i = 0; i < rows_; ++i) {
    const double factor = coefficients[static_cast<std::size_t>(i)];
    if (factor != 0.0) add(factor, row(i), x, local_);
  }
}

void SpreadVectors::project(double* x, const std::vector<double>& minus) {
  std::fill(sums_.begin(), sums_.end(), 0.0);
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    for (std::size_t i = 0; i < minus.size(); ++i) {
      add(-minus[i], row(static_cast<Index>(i)) + begin, x + begin, size);
    }
    for (Index i = 0; i < rows_; ++i) {
      sums_[static_cast<std::size_t>(i)] += dot(row(i) + begin, x + begin, size);
    }
    sums_[static_cast<std::size_t>(rows_)] += dot(x + begin, x + begin, size);
  }
  ranks_.sum(sums_.data(), rows_ + 1);
}

double SpreadVectors::split(double* x, std::vector<double>& coefficients) {
  const auto count = static_cast<std::size_t>(rows_);
  project(x, {});
  coefficients.assign(sums_.begin(), sums_.begin() + rows_);
  project(x, coefficients);
  double square = sums_[count];
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    for (Index i = 0; i < rows_; ++i) {
      add(-sums_[static_cast<std::size_t>(i)], row(i) + begin, x + begin, size);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    coefficients[i] += sums_[i];
    square -= sums_[i] * sums_[i];
  }
  return std::isnan(square) ? square : std::sqrt(std::max(0.0, square));
}

void SpreadVectors::rotate(const std::vector<double>& rotation, Index rows) {
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    for (Index to = 0; to < rows; ++to) {
      double* sum = piece_.data() + to * chunk;
      std::fill_n(sum, size, 0.0);
      for (Index from = 0; from < rows_; ++from) {
        add(rotation[static_cast<std::size_t>(to * rows_ + from)], row(from) + begin, sum, size);
      }
    }
    for (Index to = 0; to < rows; ++to) {
      std::copy_n(piece_.data() + to * chunk, size, elements_.data() + to * local_ + begin);
    }
  }
  rows_ = rows;
}

}  // namespace catapult
