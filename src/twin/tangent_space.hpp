// The linear model of a network about one theta, on the full batch: what function space is made of.
// defines: TangentSpace
#pragma once

#include <optional>

#include "curvature/ntk.hpp"
#include "data/dataset.hpp"
#include "spectra/matrix_operator.hpp"
#include "twin/function_twin.hpp"

namespace catapult {

/// Holds the forward caches of theta_0 and goes between parameters and function space. Vectors of
/// function space (k N) are spread over the ranks as the kernel's. Collective over the grid.
template <class Real>
class TangentSpace {
 public:
  /// batch: this rank's rows; samples: of all ranks. Refers to the network; theta_0 and v_0 (may be
  /// empty) are not copied and must stay as they are.
  TangentSpace(const Network<Real>& network, const Vector<const Real>& theta_0,
               const Vector<const Real>& v_0, const Samples<Real>& batch, Index samples);
  TangentSpace(const TangentSpace&) = delete;  // the kernel refers to the tape
  TangentSpace& operator=(const TangentSpace&) = delete;

  /// Theta of theta_0, matrix-free.
  const SymmetricOperator<double>& kernel() const { return kernel_; }
  /// The same as a matrix, once it is asked for. Collective.
  const SymmetricOperator<double>& assembled_kernel();
  /// f_0, y, J v_0 and, where asked for, J theta_0.
  FunctionStart start(bool with_l2);

  /// Parameters of a vector in coordinates: one pullback.
  Vector<Real> parameters(const DualVector& d);
  /// (samples, outputs) of this rank from its piece, until the next call; and back.
  Matrix<Real> outputs(const Vector<const double>& piece);
  std::vector<double> piece(const Matrix<Real>& outputs) const;

 private:
  std::vector<double> pushforward(const Vector<const Real>& tangent);

  const Network<Real>& network_;
  Vector<const Real> theta_0_, v_0_;
  Samples<Real> batch_;
  Index samples_;
  Tape<Real> tape_;
  NtkOperator<Real> kernel_;
  std::optional<MatrixOperator> assembled_;
  std::vector<Index> counts_;  ///< elements of a vector on each width rank
  Index before_ = 0;           ///< elements on the width ranks before this one
  Vector<double> whole_;       ///< room
  Matrix<Real> outputs_;       ///< room
};

}  // namespace catapult
