// Follows the largest eigenvalue of a slowly changing operator.
// defines: TopEigenvalue, TopEigenvalueTracker
#pragma once

#include <vector>

#include "kernel/operator.hpp"
#include "kernel/petsc_objects.hpp"

namespace catapult {

/// A measured eigenvalue is never bare.
struct TopEigenvalue {
  double value = 0.0;
  double residual = 0.0;        ///< |A v - value v|, |v| = 1
  double error_estimate = 0.0;  ///< of value, relative: the bound that was met, or not
  Index products = 0;           ///< A times a vector, the block counted vector by vector
  bool converged = false;
};

/// Davidson iteration (Rayleigh-Ritz over all directions so far, the next one is the residual) on
/// SLEPc's BV. Every product is looked at before the next is paid for, and the Ritz vectors below
/// the top one are kept as well, which SLEPc's own solvers do not offer.
///
/// A measurement starts from the last one. As long as the eigenvalue has moved little compared
/// with its gap to the next, one product with the last vector is enough: it serves as the check
/// that the vector still is the eigenvector. Else, and every few measurements, the kept Ritz
/// vectors and one fresh random direction are multiplied too, as a block: in the catapult other
/// eigenvalues cross the top one, and a small residual alone does not say that a value is the
/// largest.
///
/// The error bound is min(residual, residual^2 / gap) (Kato and Temple), the gap taken to half the
/// distance of the next Ritz value: an estimate, recorded as such.
class TopEigenvalueTracker {
 public:
  /// tolerance: relative error of the eigenvalue.
  explicit TopEigenvalueTracker(double tolerance) : tolerance_(tolerance) {}

  /// Collective. Every call must come with an operator of the same layout.
  TopEigenvalue measure(const SymmetricOperator& op);

 private:
  struct Ritz {
    std::vector<double> values;   ///< largest first
    std::vector<double> vectors;  ///< coefficients, one vector a row
    double residual = 0.0;        ///< of the first
  };

  void allocate(const SymmetricOperator& op);
  /// products_ <- A basis_ for columns [begin, end)
  void multiply(const SymmetricOperator& op, int begin, int end);
  /// Column `column` <- random numbers that depend on (measurement, global index) alone.
  void add_random_direction(const SymmetricOperator& op, int column);
  /// Against the columns before it; false where nothing is left.
  bool orthonormalize(int column);
  /// Leaves the residual vector of the first pair in column `columns`.
  Ritz rayleigh_ritz(int columns);
  /// Columns [0, kept) <- first Ritz vectors, with their products.
  void compress(const Ritz& ritz, int columns, int kept);
  double error_estimate(double value, double residual, double next) const;
  bool last_vector_will_do(const Ritz& ritz) const;
  /// The last vector <- its product, normalized: one power iteration for free.
  void power_step();
  /// Kept Ritz vectors and one random direction, orthonormal; returns how many.
  int starting_block(const SymmetricOperator& op, int most);

  double tolerance_;
  OwnedVec layout_;
  OwnedBv basis_, products_;
  int kept_ = 0;                     ///< Ritz vectors at hand from the last measurement
  double value_ = 0.0, next_ = 0.0;  ///< the two largest Ritz values of the last full measurement
  Index measurements_ = 0;
  Index since_full_ = 0;  ///< measurements by one product since then
  Index interval_ = 1;    ///< after which the whole block is due again
};

}  // namespace catapult
