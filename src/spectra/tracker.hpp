// Follows the largest eigenvalue of a slowly changing operator.
// defines: TopEigenvalue, TrackerState, TopEigenvalueTracker
#pragma once

#include <algorithm>
#include <vector>

#include "spectra/operator.hpp"
#include "spectra/petsc_objects.hpp"

namespace catapult {

/// A measured eigenvalue is never bare.
struct TopEigenvalue {
  double value = 0.0;
  double residual = 0.0;        ///< |A v - value v|, |v| = 1
  double error_estimate = 0.0;  ///< of value, relative: the bound that was met, or not
  Index products = 0;           ///< A times a vector, the block counted vector by vector
  bool converged = false;
};

/// What a tracker has learnt from its measurements: all that its next one depends on besides the
/// operator. The same on all ranks and for every number of them.
struct TrackerState {
  static constexpr int most_kept = 3;

  std::vector<double> vectors;  ///< (kept, kN): Ritz vectors that start the next measurement
  int kept = 0;
  double value = 0.0;           ///< last one measured
  double full_value = 0.0;      ///< last one of a full measurement
  double full_gap = 0.0;        ///< from it to the next Ritz value
  double short_error = 0.0;     ///< relative, of a short measurement at the last full one
  double short_residual = 0.0;  ///< its residual
  Index measurements = 0;
  Index since_full = 0;  ///< short ones since the last full one
  Index interval = 1;    ///< from one full measurement to the next
};

/// Davidson iteration (Rayleigh-Ritz over all directions so far, the next one is the residual) on
/// SLEPc's BV. Every product is looked at before the next is paid for, and the Ritz vectors below
/// the top one are kept as well, which SLEPc's own solvers do not offer.
///
/// A full measurement starts from a block: the Ritz vectors kept from the last one and a fresh
/// random direction. In the catapult other eigenvalues cross the top one, and a small residual
/// alone does not say that a value is the largest: the second Ritz pair is improved as well until
/// its residual is small against the gap. The first measurement, which has only a random direction
/// to start from, looks again from another one where the Ritz values lie close. The error bound is
/// residual^2 / gap (Kato and Temple) with the gap to the next Ritz value: an estimate, recorded as
/// such.
///
/// Short measurements in between spend one product: the Rayleigh quotient of the last vector,
/// which the product then improves (one power iteration). Each full measurement finds out how far
/// off the short one would have been; the interval between full ones doubles where that is below
/// a quarter of the tolerance and halves where it is above a half. A jump of value or residual
/// calls for a full one at once, and so does a value that has moved a good part of the gap.
class TopEigenvalueTracker {
 public:
  /// tolerance: relative error of the eigenvalue.
  explicit TopEigenvalueTracker(double tolerance) : tolerance_(tolerance) {}

  /// Collective. Every call must come with an operator of the same layout.
  TopEigenvalue measure(const SymmetricOperator& op);

  /// Collective over the ranks of the operators measured.
  TrackerState state() const;
  /// Continues where `state` was taken, on any number of ranks, from the next measurement on.
  void restore(TrackerState state) { state_ = std::move(state); }

 private:
  struct Ritz {
    std::vector<double> values;   ///< largest first
    std::vector<double> vectors;  ///< coefficients, one vector a row
    double residual = 0.0;        ///< of the first
    double second = 0.0;          ///< residual of the second, where there is one
  };

  /// How far one measurement has come.
  struct Search {
    Index size = 0;      ///< of the operator
    int columns = 0;     ///< of the basis, with their products
    Index products = 0;  ///< paid for
    /// Columns that the basis may have.
    int most() const { return static_cast<int>(std::min<Index>(most_columns, size)); }
  };
  static constexpr int most_columns = 32;  ///< then the basis is compressed to the best

  void allocate(const SymmetricOperator& op);
  /// basis_ <- the vectors of a restored state.
  void place_vectors();
  /// products_ <- A basis_ for columns [begin, end)
  void multiply(const SymmetricOperator& op, int begin, int end);
  /// Column `column` <- random numbers that depend on (measurement, global index) alone.
  void add_random_direction(int column);
  /// Against the columns before it; false where nothing is left.
  bool orthonormalize(int column);
  /// Leaves the residual vectors of the first two pairs in residual_ and second_residual_.
  Ritz rayleigh_ritz(int columns);
  /// A v - value v of Ritz pair number `pair`; returns its norm.
  double residual_of(const Ritz& ritz, int pair, Vec residual);
  /// Whether the second Ritz value is known well enough to tell that it is not the largest.
  bool is_apart(const Ritz& ritz) const;
  /// Columns [0, kept) <- first Ritz vectors, with their products.
  void compress(const Ritz& ritz, int columns, int kept);
  /// Relative error of the first Ritz value.
  double error_estimate(const Ritz& ritz) const;
  bool short_will_do(const Ritz& ritz) const;
  double short_error(const Ritz& ritz) const;
  /// Learns from a full measurement how good its first product alone was.
  void calibrate(const Ritz& one_product, double value);
  /// The last vector <- its product, normalized: one power iteration for free.
  void power_step();
  /// The pairs of the basis once it has `end` columns.
  Ritz extend(const SymmetricOperator& op, Search& search, int end);
  /// Adds residuals until the first value is exact enough and known to be the first.
  Ritz refine(const SymmetricOperator& op, Search& search, Ritz ritz);
  /// Where eigenvalues crowd together one random direction may have missed the largest of them:
  /// powers of the operator on another one join the basis, and the search goes on from there.
  Ritz look_again(const SymmetricOperator& op, Search& search, Ritz ritz);
  /// Starts the next measurement from these pairs.
  void keep(const Ritz& ritz, int columns);
  /// Kept Ritz vectors and one random direction, orthonormal; returns how many.
  int starting_block(int most);

  double tolerance_;
  OwnedVec work_, residual_, second_residual_;
  OwnedBv basis_, products_;
  HostProducts host_products_;
  TrackerState state_;  ///< its vectors lie in basis_ once that exists
};

}  // namespace catapult
