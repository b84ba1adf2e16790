#include "spectra/operator_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace catapult {
namespace {

constexpr double nothing = 1e-7;  // length of what is left of a unit vector, where that is noise

double dot(const double* x, const double* y, Index size) {
  return std::inner_product(x, x + size, y, 0.0);
}

}  // namespace

OperatorModel::OperatorModel(Index most) : most_(most) {
  const auto all = static_cast<std::size_t>(most * most);
  for (auto* matrix : {&believed_, &doubt_, &drift_, &known_directions_}) matrix->assign(all, 0.0);
}

std::vector<double> OperatorModel::packed(const std::vector<double>& matrix) const {
  std::vector<double> rows;
  for (Index i = 0; i < size_; ++i) {
    const double* row = matrix.data() + at(i, 0);
    rows.insert(rows.end(), row, row + size_);
  }
  return rows;
}

void OperatorModel::reset(Index size, const std::vector<double>& believed,
                          const std::vector<double>& doubt) {
  size_ = size;
  known_ = 0;
  for (Index i = 0; i < size; ++i) {
    std::copy_n(believed.begin() + i * size, size, believed_.data() + at(i, 0));
    std::copy_n(doubt.begin() + i * size, size, doubt_.data() + at(i, 0));
    std::fill_n(drift_.data() + at(i, 0), size, 0.0);
  }
}

void OperatorModel::age(double factor, double drift) {
  known_ = 0;
  for (Index i = 0; i < size_; ++i) {
    for (Index j = 0; j < size_; ++j) {
      believed_[at(i, j)] *= factor;
      doubt_[at(i, j)] *= factor;
      drift_[at(i, j)] = i == j ? drift : 0.0;
    }
    doubt_[at(i, i)] += drift;
  }
}

void OperatorModel::lower_drift(double left) {
  for (Index i = 0; i < size_; ++i) {
    for (Index j = 0; j < size_; ++j) {
      doubt_[at(i, j)] -= (1.0 - left) * drift_[at(i, j)];
      drift_[at(i, j)] *= left;
    }
  }
}

void OperatorModel::add_doubt(const std::vector<double>& more) {
  for (Index i = 0; i < static_cast<Index>(more.size()); ++i) {
    doubt_[at(i, i)] += more[static_cast<std::size_t>(i)];
  }
}

void OperatorModel::grow(const std::vector<double>& from, double coupling, double least,
                         double most) {
  const Index last = size_++;
  for (Index i = 0; i < last; ++i) {
    const double element = from.empty() ? 0.0 : coupling * from[static_cast<std::size_t>(i)];
    believed_[at(i, last)] = believed_[at(last, i)] = element;
    doubt_[at(i, last)] = doubt_[at(last, i)] = 0.0;
    drift_[at(i, last)] = drift_[at(last, i)] = 0.0;
  }
  believed_[at(last, last)] = 0.5 * (most + least);
  doubt_[at(last, last)] = 0.5 * (most - least);
  drift_[at(last, last)] = 0.0;
  for (Index k = 0; k < known_; ++k) known_directions_[at(k, last)] = 0.0;
}

void OperatorModel::learn(const std::vector<double>& direction, const std::vector<double>& image) {
  const double* z = direction.data();
  // H + e z^T + z e^T - (z . e) z z^T with e = image - H z maps z to its image and is as before
  // where z is not: the symmetric update of Powell (1970).
  times(believed_, z, change_);
  for (Index i = 0; i < size_; ++i) {
    const auto n = static_cast<std::size_t>(i);
    change_[n] = image[n] - change_[n];
  }
  const double along = dot(z, change_.data(), size_);
  for (Index i = 0; i < size_; ++i) {
    for (Index j = 0; j < size_; ++j) {
      believed_[at(i, j)] += change_[static_cast<std::size_t>(i)] * z[j] +
                             z[i] * (change_[static_cast<std::size_t>(j)] - along * z[j]);
    }
  }
  for (std::vector<double>* matrix : {&doubt_, &drift_}) {  // (1 - z z^T) D (1 - z z^T)
    times(*matrix, z, change_);
    const double square = dot(z, change_.data(), size_);
    for (Index i = 0; i < size_; ++i) {
      for (Index j = 0; j < size_; ++j) {
        (*matrix)[at(i, j)] += square * z[i] * z[j] - change_[static_cast<std::size_t>(i)] * z[j] -
                               z[i] * change_[static_cast<std::size_t>(j)];
      }
    }
  }
  std::copy_n(z, size_, known_directions_.data() + at(known_++, 0));
}

double OperatorModel::form(const std::vector<double>& matrix, const std::vector<double>& x) const {
  double sum = 0.0;
  for (Index i = 0; i < size_; ++i) {
    sum += x[static_cast<std::size_t>(i)] * dot(matrix.data() + at(i, 0), x.data(), size_);
  }
  return sum;
}

void OperatorModel::times(const std::vector<double>& matrix, const double* x,
                          std::vector<double>& y) const {
  y.resize(static_cast<std::size_t>(size_));
  for (Index i = 0; i < size_; ++i) {
    y[static_cast<std::size_t>(i)] = dot(matrix.data() + at(i, 0), x, size_);
  }
}

double OperatorModel::misfit(const std::vector<double>& x, const std::vector<double>& image) const {
  double square = 0.0;
  for (Index i = 0; i < size_; ++i) {
    const double believed = dot(believed_.data() + at(i, 0), x.data(), size_);
    const double difference = image[static_cast<std::size_t>(i)] - believed;
    square += difference * difference;
  }
  return std::sqrt(square);
}

void OperatorModel::put_sum(double factor) {
  std::vector<double>& sum = eigen_.matrix(size_);
  for (Index i = 0; i < size_; ++i) {
    for (Index j = 0; j < size_; ++j) {
      sum[static_cast<std::size_t>(i * size_ + j)] =
          believed_[at(i, j)] + factor * doubt_[at(i, j)];
    }
  }
}

void OperatorModel::keep_unknown(std::vector<double>& x) const {
  for (int pass = 0; pass < 2; ++pass) {
    for (Index k = 0; k < known_; ++k) {
      const double* direction = known_directions_.data() + at(k, 0);
      const double along = dot(direction, x.data(), size_);
      for (Index i = 0; i < size_; ++i) x[static_cast<std::size_t>(i)] -= along * direction[i];
    }
    const double norm = std::sqrt(dot(x.data(), x.data(), size_));
    const double factor = norm > nothing ? 1.0 / norm : 0.0;
    for (double& element : x) element *= factor;
  }
}

void OperatorModel::keep_outside(std::vector<double>& x, Index kept) {
  const Index known = known_;
  for (Index axis = 0; axis < kept; ++axis) {
    vector_.assign(static_cast<std::size_t>(size_), 0.0);
    vector_[static_cast<std::size_t>(axis)] = 1.0;
    keep_unknown(vector_);
    if (dot(vector_.data(), vector_.data(), size_) < 0.5) continue;
    std::copy(vector_.begin(), vector_.end(), known_directions_.begin() + at(known_++, 0));
  }
  keep_unknown(x);
  known_ = known;
}

const Outlook& OperatorModel::outlook() {
  put_sum(0.0);
  eigen_.solve_values();
  outlook_.value = eigen_.value(0);
  put_sum(-1.0);
  eigen_.solve_values();
  const double lowest = eigen_.value(0);
  put_sum(1.0);
  eigen_.solve();
  outlook_.error = std::max(eigen_.value(0) - outlook_.value, outlook_.value - lowest);
  outlook_.direction.assign(eigen_.vector(0), eigen_.vector(0) + size_);
  keep_unknown(outlook_.direction);
  return outlook_;
}

void OperatorModel::put_known() {
  std::vector<double>& projected = eigen_.matrix(known_);
  for (Index k = 0; k < known_; ++k) {
    times(believed_, known_directions_.data() + at(k, 0), change_);
    for (Index l = 0; l < known_; ++l) {
      projected[static_cast<std::size_t>(k * known_ + l)] =
          dot(known_directions_.data() + at(l, 0), change_.data(), size_);
    }
  }
}

void OperatorModel::ritz_vector(Index number, std::vector<double>& x) const {
  x.assign(static_cast<std::size_t>(size_), 0.0);
  for (Index k = 0; k < known_; ++k) {
    const double* direction = known_directions_.data() + at(k, 0);
    for (Index i = 0; i < size_; ++i) {
      x[static_cast<std::size_t>(i)] += eigen_.vector(number)[k] * direction[i];
    }
  }
}

KnownPair OperatorModel::known_pair(Index number) {
  put_known();
  eigen_.solve();
  KnownPair pair;
  pair.value = eigen_.value(number);
  ritz_vector(number, vector_);
  times(believed_, vector_.data(), pair.direction);
  for (std::size_t i = 0; i < vector_.size(); ++i) pair.direction[i] -= pair.value * vector_[i];
  pair.residual = std::sqrt(dot(pair.direction.data(), pair.direction.data(), size_));
  for (double& element : pair.direction) element /= std::max(pair.residual, 1e-300);
  keep_unknown(pair.direction);
  return pair;
}

void OperatorModel::change_basis(Index rows) {
  for (std::vector<double>* matrix : {&believed_, &doubt_, &drift_}) {
    rotated_.resize(static_cast<std::size_t>(rows * rows));
    for (Index j = 0; j < rows; ++j) {
      times(*matrix, rotation_.data() + j * size_, change_);
      for (Index i = 0; i < rows; ++i) {
        rotated_[static_cast<std::size_t>(i * rows + j)] =
            dot(rotation_.data() + i * size_, change_.data(), size_);
      }
    }
    for (Index i = 0; i < rows; ++i) {
      for (Index j = 0; j < rows; ++j) {
        (*matrix)[at(i, j)] = 0.5 * (rotated_[static_cast<std::size_t>(i * rows + j)] +
                                     rotated_[static_cast<std::size_t>(j * rows + i)]);
      }
    }
  }
  size_ = rows;
  known_ = 0;
}

const std::vector<double>& OperatorModel::compress(Index kept) {
  put_sum(0.0);
  eigen_.solve();
  rotation_.assign(eigen_.vector(0), eigen_.vector(0) + size_);
  for (Index i = 1; i < kept; ++i) {
    rotation_.insert(rotation_.end(), eigen_.vector(i), eigen_.vector(i) + size_);
  }
  change_basis(kept);
  for (Index i = 0; i < kept; ++i) {
    for (Index j = 0; j < kept; ++j) believed_[at(i, j)] = i == j ? eigen_.value(i) : 0.0;
  }
  return rotation_;
}

const std::vector<double>& OperatorModel::restart(Index kept) {
  put_known();
  eigen_.solve();
  rotation_.clear();
  for (Index number = 0; number < kept; ++number) {
    ritz_vector(number, vector_);
    rotation_.insert(rotation_.end(), vector_.begin(), vector_.end());
  }
  for (Index axis = size_; axis-- > 0 && known_ < size_;) {  // what they span that is not known
    vector_.assign(static_cast<std::size_t>(size_), 0.0);
    vector_[static_cast<std::size_t>(axis)] = 1.0;
    keep_unknown(vector_);
    if (dot(vector_.data(), vector_.data(), size_) < 0.5) continue;
    rotation_.insert(rotation_.end(), vector_.begin(), vector_.end());
    std::copy(vector_.begin(), vector_.end(), known_directions_.begin() + at(known_++, 0));
  }
  change_basis(static_cast<Index>(rotation_.size()) / size_);
  for (known_ = 0; known_ < kept; ++known_) {
    for (Index i = 0; i < size_; ++i) known_directions_[at(known_, i)] = i == known_ ? 1.0 : 0.0;
  }
  return rotation_;
}

}  // namespace catapult
