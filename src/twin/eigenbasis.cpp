#include "twin/eigenbasis.hpp"

#include <stdexcept>

#include "linalg/element_loops.hpp"

namespace catapult {
namespace {

/// y(v, i) <- factors(i) x(v, i)
void multiply_columns(const Vector<const double>& factors, const Matrix<const double>& x,
                      const Matrix<double>& y) {
  for_elements(
      "multiply_columns", static_cast<Index>(y.extent(0)), static_cast<Index>(y.extent(1)),
      KOKKOS_LAMBDA(Index v, Index i) { y(v, i) = factors(i) * x(v, i); });
}

}  // namespace

EigenBasis::EigenBasis(const Communicator& ranks, std::vector<double> values,
                       std::vector<double> vectors)
    : ranks_(ranks), values_(std::move(values)), vectors_(std::move(vectors)) {
  if (values_.empty() || vectors_.size() % values_.size() != 0) {
    throw std::logic_error("EigenBasis: not one piece of an eigenvector an eigenvalue");
  }
  local_size_ = vectors_.size() / values_.size();
}

std::vector<double> EigenBasis::to_modes(const std::vector<double>& piece) const {
  std::vector<double> modes(values_.size());
  const double* vector = vectors_.data();
  for (double& mode : modes) {
    for (std::size_t i = 0; i < local_size_; ++i) mode += vector[i] * piece[i];
    vector += local_size_;
  }
  ranks_.sum(modes.data(), static_cast<Index>(modes.size()));
  return modes;
}

FunctionStart EigenBasis::to_modes(const FunctionStart& start) const {
  // Empty on one rank may be a rank without samples: all ranks decide together.
  const auto modes_of = [&](const std::vector<double>& piece) {
    const bool none = ranks_.max(static_cast<double>(piece.size())) == 0.0;
    return none ? std::vector<double>() : to_modes(piece);
  };
  return {modes_of(start.f), modes_of(start.y), modes_of(start.u), modes_of(start.a)};
}

std::vector<double> EigenBasis::from_modes(const std::vector<double>& modes) const {
  std::vector<double> piece(local_size_);
  const double* vector = vectors_.data();
  for (const double mode : modes) {
    for (std::size_t i = 0; i < local_size_; ++i) piece[i] += mode * vector[i];
    vector += local_size_;
  }
  return piece;
}

DualVector EigenBasis::from_modes(const DualVector& modes) const {
  return {from_modes(modes.sum), modes.of_velocity, modes.of_theta};
}

DiagonalOperator::DiagonalOperator(const std::vector<double>& values)
    : ranks_(Communicator::self()), values_("diagonal", values.size()) {
  upload(values.data(), values_);
}

void DiagonalOperator::apply(const Matrix<const double>& x, const Matrix<double>& y) const {
  multiply_columns(values_, x, y);
}

}  // namespace catapult
