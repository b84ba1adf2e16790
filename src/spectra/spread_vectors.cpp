#include "spectra/spread_vectors.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {
namespace {

constexpr double most_gain = 200.0;  // of rounding errors, in vectors that are not written anew
constexpr Index at_once = 4;  // rows: what they are multiplied with, or added to, is read once

/// sums_r += row_r . x of so many rows, each in eight parts that need not wait for one another.
template <int rows, class Real>
void add_dots(const Real* from, Index stride, const Real* x, Index size, double* sums) {
  constexpr Index parts = 8;
  double sum[rows][parts] = {};
  Index i = 0;
  for (; i + parts <= size; i += parts) {
    for (int r = 0; r < rows; ++r) {
      for (Index part = 0; part < parts; ++part) {
        sum[r][part] +=
            static_cast<double>(from[r * stride + i + part]) * static_cast<double>(x[i + part]);
      }
    }
  }
  for (int r = 0; r < rows; ++r) {
    for (Index rest = i; rest < size; ++rest) {
      sums[r] += static_cast<double>(from[r * stride + rest]) * static_cast<double>(x[rest]);
    }
    for (const double part : sum[r]) sums[r] += part;
  }
}

/// x <- keep x + sum_r factors_r row_r of so many rows
template <int rows, class Real>
void add_rows(const double* factors, const Real* from, Index stride, bool keep, Real* x,
              Index size) {
  Real factor[rows];
  for (int r = 0; r < rows; ++r) factor[r] = static_cast<Real>(factors[r]);
  for (Index i = 0; i < size; ++i) {
    Real sum = keep ? x[i] : Real(0);
    for (int r = 0; r < rows; ++r) sum += factor[r] * from[r * stride + i];
    x[i] = sum;
  }
}

/// The same for any number of them, `stride` elements apart.
template <class Real>
void add_rows(const std::vector<double>& factors, const Real* from, Index stride, bool keep,
              Real* x, Index size) {
  const auto rows = static_cast<Index>(factors.size());
  if (rows == 0 && !keep) std::fill_n(x, size, Real(0));
  Index r = 0;
  for (; r + at_once <= rows; r += at_once) {
    add_rows<at_once>(factors.data() + r, from + r * stride, stride, keep || r > 0, x, size);
  }
  for (; r < rows; ++r) {
    add_rows<1>(factors.data() + r, from + r * stride, stride, keep || r > 0, x, size);
  }
}

}  // namespace

template <class Real>
SpreadVectors<Real>::SpreadVectors(const Communicator& ranks, Index local, Index most)
    : ranks_(ranks),
      local_(local),
      most_(most),
      elements_(
          std::make_unique_for_overwrite<Real[]>(static_cast<std::size_t>((most + 1) * local))) {
  piece_.resize(static_cast<std::size_t>(most * chunk));
  lower_.resize(static_cast<std::size_t>(most * most));
  gains_.resize(static_cast<std::size_t>(most), 1.0);
  sums_.resize(static_cast<std::size_t>(most + 1));
}

template <class Real>
void SpreadVectors<Real>::set_unit(Index to) {
  for (Index j = 0; j <= to; ++j) lower(to, j) = j == to ? 1.0 : 0.0;
  gains_[static_cast<std::size_t>(to)] = 1.0;
}

template <class Real>
std::vector<double> SpreadVectors<Real>::of_rows(const double* coefficients) const {
  std::vector<double> factors(static_cast<std::size_t>(rows_), 0.0);
  for (Index i = 0; i < rows_; ++i) {
    for (Index j = 0; j <= i; ++j) {
      factors[static_cast<std::size_t>(j)] += coefficients[i] * lower(i, j);
    }
  }
  while (!factors.empty() && factors.back() == 0.0) factors.pop_back();
  return factors;
}

template <class Real>
void SpreadVectors<Real>::project(const std::vector<double>& minus) {
  std::vector<double> factors = minus;
  for (double& factor : factors) factor = -factor;
  std::fill(sums_.begin(), sums_.end(), 0.0);
  Real* x = next();
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    if (!factors.empty()) add_rows(factors, row(0) + begin, local_, true, x + begin, size);
    Index r = 0;  // the last one is x itself
    for (; r + at_once <= rows_ + 1; r += at_once) {
      add_dots<at_once>(row(r) + begin, local_, x + begin, size, sums_.data() + r);
    }
    for (; r <= rows_; ++r) {
      add_dots<1>(row(r) + begin, local_, x + begin, size, sums_.data() + r);
    }
  }
  ranks_.sum(sums_.data(), rows_ + 1);
}

template <class Real>
double SpreadVectors<Real>::split(std::vector<double>& coefficients) {
  const auto take_sums = [&] {
    inside_.assign(static_cast<std::size_t>(rows_), 0.0);
    double rest = sums_[static_cast<std::size_t>(rows_)];
    double errors = std::sqrt(rest);  // in units of rounding
    for (Index i = 0; i < rows_; ++i) {
      double& sum = inside_[static_cast<std::size_t>(i)];
      for (Index j = 0; j <= i; ++j) sum += lower(i, j) * sums_[static_cast<std::size_t>(j)];
      rest -= sum * sum;
      errors += std::abs(sum) * gains_[static_cast<std::size_t>(i)];
    }
    outside_ = std::isnan(rest) ? rest : std::sqrt(std::max(0.0, rest));
    gain_ = errors / outside_;
  };
  project({});
  take_sums();
  coefficients = inside_;
  if (!(gain_ <= most_gain)) {
    project(of_rows(inside_.data()));
    take_sums();
    for (std::size_t i = 0; i < inside_.size(); ++i) coefficients[i] += inside_[i];
  }
  return outside_;
}

template <class Real>
void SpreadVectors<Real>::append() {
  const std::vector<double> of_others = of_rows(inside_.data());
  for (Index j = 0; j < rows_; ++j) {
    const auto n = static_cast<std::size_t>(j);
    lower(rows_, j) = n < of_others.size() ? -of_others[n] / outside_ : 0.0;
  }
  lower(rows_, rows_) = 1.0 / outside_;
  gains_[static_cast<std::size_t>(rows_)] = gain_;
  ++rows_;
}

template <class Real>
void SpreadVectors<Real>::append_as_is() {
  set_unit(rows_++);
}

template <class Real>
void SpreadVectors<Real>::combine(const std::vector<double>& coefficients, Real* x) const {
  const std::vector<double> factors = of_rows(coefficients.data());
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    add_rows(factors, row(0) + begin, local_, false, x + begin, size);
  }
}

template <class Real>
void SpreadVectors<Real>::rotate(const std::vector<double>& rotation, Index rows) {
  std::vector<std::vector<double>> factors;
  for (Index to = 0; to < rows; ++to) factors.push_back(of_rows(rotation.data() + to * rows_));
  for (Index begin = 0; begin < local_; begin += chunk) {
    const Index size = std::min(chunk, local_ - begin);
    for (Index to = 0; to < rows; ++to) {
      add_rows(factors[static_cast<std::size_t>(to)], row(0) + begin, local_, false,
               piece_.data() + to * chunk, size);
    }
    for (Index to = 0; to < rows; ++to) {
      std::copy_n(piece_.data() + to * chunk, size, elements_.get() + to * local_ + begin);
    }
  }
  rows_ = rows;
  for (Index i = 0; i < rows_; ++i) set_unit(i);
}

template class SpreadVectors<float>;
template class SpreadVectors<double>;

}  // namespace catapult
