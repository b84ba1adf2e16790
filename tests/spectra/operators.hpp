// Operators whose spectrum is known by construction, and options of PETSc for a while.
// defines: Reflected, GramOfClasses, PetscOption
#pragma once

#include <gtest/gtest.h>
#include <petscsys.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/partition.hpp"
#include "base/random.hpp"
#include "harness/products.hpp"
#include "linalg/symmetric_eigen.hpp"

namespace catapult::testing {

/// Which ranks hold the elements of a vector.
enum class Layout { all_ranks, last_rank };

inline Block elements_of(const Communicator& ranks, Index size, Layout layout) {
  if (layout == Layout::all_ranks) return block_of(size, ranks.size(), ranks.rank());
  return ranks.rank() + 1 == ranks.size() ? Block{0, size} : Block{0, 0};
}

/// Q diag(values) Q with the reflection Q = 1 - 2 u u^T at a random direction u: the eigenvectors
/// are the columns of Q. `turned`: u by this angle, in radians, towards another random direction.
class Reflected final : public HostOperator {
 public:
  explicit Reflected(std::vector<double> values, Layout layout = Layout::all_ranks,
                     double turned = 0.0)
      : values_(std::move(values)),
        mine_(elements_of(world_, static_cast<Index>(values_.size()), layout)) {
    const RandomStream random(41, 0);
    double square = 0.0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto row = static_cast<Index>(i);
      direction_.push_back(std::cos(turned) * random.normal(row, 0) +
                           std::sin(turned) * random.normal(row, 1));
      square += direction_.back() * direction_.back();
    }
    for (double& element : direction_) element /= std::sqrt(square);
  }

  const Communicator& ranks() const override { return world_; }
  Index local_size() const override { return mine_.size(); }
  void multiply(const double* x, double* y, Index vectors) const override {
    std::copy_n(x, vectors * mine_.size(), y);
    reflect(y, vectors);
    for (Index i = 0; i < vectors * mine_.size(); ++i) {
      y[i] *= values_[static_cast<std::size_t>(mine_.begin + i % mine_.size())];
    }
    reflect(y, vectors);
  }
  Index size() const { return static_cast<Index>(values_.size()); }
  /// The largest ones, largest first.
  std::vector<double> eigenvalues(Index count) const {
    std::vector<double> sorted = values_;
    std::sort(sorted.rbegin(), sorted.rend());
    sorted.resize(static_cast<std::size_t>(count));
    return sorted;
  }

 private:
  void reflect(double* x, Index vectors) const {
    const double* u = direction_.data() + mine_.begin;
    std::vector<double> along(static_cast<std::size_t>(vectors));
    for (Index v = 0; v < vectors; ++v) {
      const double* from = x + v * mine_.size();
      along[static_cast<std::size_t>(v)] = std::inner_product(from, from + mine_.size(), u, 0.0);
    }
    world_.sum(along.data(), vectors);
    for (Index v = 0; v < vectors; ++v) {
      const double twice = 2.0 * along[static_cast<std::size_t>(v)];
      for (Index i = 0; i < mine_.size(); ++i) x[v * mine_.size() + i] -= twice * u[i];
    }
  }

  Communicator world_{MPI_COMM_WORLD};
  std::vector<double> values_, direction_;
  Block mine_;
};

/// The matrix X X^T (x) 1 / (k N), X (samples, inputs) random: the kernel of a linear model with k
/// classes. Every eigenvalue of X X^T / (k N) comes k times; there are `inputs` distinct ones above
/// zero.
class GramOfClasses final : public HostOperator {
 public:
  GramOfClasses(Index samples, Index inputs, Index classes)
      : samples_(samples),
        classes_(classes),
        mine_(elements_of(world_, samples * classes, Layout::all_ranks)) {
    const RandomStream random(43, 0);
    const double scale = 1.0 / static_cast<double>(classes * samples);
    for (Index a = 0; a < samples; ++a) {
      for (Index b = 0; b < samples; ++b) {
        double product = 0.0;
        for (Index j = 0; j < inputs; ++j) product += random.normal(a, j) * random.normal(b, j);
        gram_.push_back(scale * product);
      }
    }
  }

  const Communicator& ranks() const override { return world_; }
  Index local_size() const override { return mine_.size(); }
  void multiply(const double* x, double* y, Index vectors) const override {
    const Index size = samples_ * classes_;
    std::vector<double> whole(static_cast<std::size_t>(size));
    for (Index v = 0; v < vectors; ++v) {
      std::fill(whole.begin(), whole.end(), 0.0);
      std::copy_n(x + v * mine_.size(), mine_.size(), whole.begin() + mine_.begin);
      world_.sum(whole.data(), size);
      for (Index row = mine_.begin; row < mine_.end; ++row) {
        double sum = 0.0;
        for (Index b = 0; b < samples_; ++b) {
          sum += gram_[static_cast<std::size_t>(row / classes_ * samples_ + b)] *
                 whole[static_cast<std::size_t>(b * classes_ + row % classes_)];
        }
        y[v * mine_.size() + row - mine_.begin] = sum;
      }
    }
  }
  std::vector<double> eigenvalues(Index count) const {
    std::vector<double> matrix = gram_, all;
    for (const double value : symmetric_eigen(matrix, samples_)) {
      all.insert(all.end(), static_cast<std::size_t>(classes_), value);
    }
    all.resize(static_cast<std::size_t>(count));
    return all;
  }

 private:
  Communicator world_{MPI_COMM_WORLD};
  Index samples_, classes_;
  Block mine_;
  std::vector<double> gram_;
};

/// An option as PETSC_OPTIONS would give it.
class PetscOption {
 public:
  PetscOption(std::string name, const std::string& value) : name_(std::move(name)) {
    PetscOptionsSetValue(nullptr, name_.c_str(), value.c_str());
  }
  PetscOption(const PetscOption&) = delete;
  PetscOption& operator=(const PetscOption&) = delete;
  ~PetscOption() { PetscOptionsClearValue(nullptr, name_.c_str()); }

 private:
  std::string name_;
};

}  // namespace catapult::testing
