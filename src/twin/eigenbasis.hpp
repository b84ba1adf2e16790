// The modes of a kernel: where a linear twin is many independent numbers.
// defines: EigenBasis, DiagonalOperator
#pragma once

#include <vector>

#include "spectra/operator.hpp"
#include "twin/function_twin.hpp"

namespace catapult {

/// All eigenpairs of a kernel. Vectors of modes are whole on every rank; vectors of samples are
/// spread in pieces, and so are the eigenvectors.
class EigenBasis {
 public:
  /// vectors: (modes, local size), this rank's pieces of orthonormal eigenvectors, one after
  /// another. Throws std::logic_error where sizes do not agree.
  EigenBasis(const Communicator& ranks, std::vector<double> values, std::vector<double> vectors);

  const std::vector<double>& values() const { return values_; }

  /// V^T x. Collective. Nothing of nothing.
  std::vector<double> to_modes(const std::vector<double>& piece) const;
  FunctionStart to_modes(const FunctionStart& start) const;
  /// This rank's piece of V x.
  std::vector<double> from_modes(const std::vector<double>& modes) const;
  DualVector from_modes(const DualVector& modes) const;

 private:
  Communicator ranks_;
  std::vector<double> values_;   // (modes)
  std::vector<double> vectors_;  // (modes, local size)
  std::size_t local_size_ = 0;
};

/// diag(values) on vectors that are whole on every rank: the kernel in its eigenbasis. A twin
/// stepped with it costs O(k N) a step.
class DiagonalOperator final : public SymmetricOperator<double> {
 public:
  explicit DiagonalOperator(const std::vector<double>& values);

  const Communicator& ranks() const override { return ranks_; }
  Index local_size() const override { return static_cast<Index>(values_.size()); }
  void apply(const Matrix<const double>& x, const Matrix<double>& y) const override;

 private:
  Communicator ranks_;
  Vector<double> values_;
};

}  // namespace catapult
