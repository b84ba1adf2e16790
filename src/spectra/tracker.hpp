// Follows the largest eigenvalue of a slowly changing operator.
// defines: TopEigenvalue, TrackerRoom, TrackerState, TopEigenvalueTracker
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "spectra/operator.hpp"
#include "spectra/operator_model.hpp"
#include "spectra/spread_vectors.hpp"

namespace catapult {

/// A measured eigenvalue is never bare.
struct TopEigenvalue {
  double value = 0.0;
  double residual = 0.0;        ///< |A v - rho v| of the best v multiplied, |v| = 1, rho = v . A v
  double error_estimate = 0.0;  ///< of value, relative: the bound that was met, or not
  Index products = 0;           ///< A times a vector
  bool converged = false;
};

/// Vectors that a tracker keeps.
struct TrackerRoom {
  Index kept = 16;        ///< from one measurement to the next: a network of 10 outputs has as many
                          ///< eigenvalues close on top
  Index directions = 48;  ///< in one, at least kept + 12; then they are compressed to the best
};

/// What a tracker has learnt from its measurements: all that its next one depends on besides the
/// operator. The same on all ranks and for every number of them.
struct TrackerState {
  Index kept = 0;
  Index scouted = 0;            ///< 1 where a scout follows the vectors kept
  std::vector<double> vectors;  ///< (kept + scouted, size), orthonormal up to the scout
  std::vector<double> values;   ///< (kept): Rayleigh quotients believed, largest first
  std::vector<double> doubt;    ///< (kept, kept): of the operator among them
  double drift = 0.0;    ///< relative change of the operator from one measurement to the next
  double trust = 1.5;    ///< factor on it that the products of kept vectors have shown to be needed
  double outside = 0.5;  ///< Rayleigh quotients of new directions, at most, relative to the value
  Index measurements = 0;
  Index scouts = 0;
  Index since_scout = 0;  ///< measurements
  Index interval = 1;     ///< from one scout to the next

  /// All numbers but the arrays, in the order in which files have them.
  std::array<Index*, 6> counters() {
    return {&kept, &scouted, &measurements, &scouts, &since_scout, &interval};
  }
  std::array<double*, 3> factors() { return {&drift, &trust, &outside}; }
};

/// Keeps the Ritz vectors of the largest eigenvalues and a model of the operator among them
/// (OperatorModel): what their Rayleigh quotients were when last seen, and a doubt that grows from
/// one measurement to the next.
///
///  1. The product of the top vector v tells its row of the model exactly, by symmetry. All that is
///     kept is scaled as v's Rayleigh quotient has changed, for in training the top eigenvalues
///     rise and fall together.
///  2. What else has changed in that row, and the change of scale itself, is the drift: any other
///     row may have changed as much. The doubt grows by it, times a trust learnt from the rows that
///     later products show to be needed.
///  3. What v's image has outside the kept space joins it as a new direction, of which only its
///     coupling to v and bounds of its Rayleigh quotient are known.
///  4. The largest eigenvalue of the model is the value; the error is what the doubt may make of
///     it. As long as that is above the tolerance, the next product goes where the most optimistic
///     model (H + D) has its largest eigenvector: to a correction of v, or to another vector that
///     may have crossed it.
///  5. The best Ritz vectors of the model are kept for the next measurement.
///
/// Where the top has fallen to less than half at once, or is no longer zero, nothing of it is
/// believed: that measurement is like the first. Where nothing moves fast this costs one product,
/// and its error is of second order in the change since the last measurement. The bound is an
/// estimate, recorded as such: of the operator outside the kept space it knows what its images
/// showed. So now and then a scout is sent there: one more power of the operator on a random
/// direction.
///
/// A first measurement that has only a random direction to start from is a Lanczos iteration
/// with full orthogonalization. Its error bound is residual^2 / gap (Kato 1949, Temple 1928) with
/// the gap to the next Ritz value, which therefore has to be known well enough too, and not less
/// than the last product has gained. It looks again from another direction where the Ritz values
/// lie close. One that has a guess (a state of no measurements) is like all others, but for two
/// things: how far the first few rows were off bounds what is doubted of the others, and it looks
/// outside more closely; where it sees much there, the guess is given up.
/// Vectors are kept in the operator's precision, numbers in double.
template <class Real = double>
class TopEigenvalueTracker {
 public:
  /// tolerance: relative error of the eigenvalue.
  explicit TopEigenvalueTracker(double tolerance, const TrackerRoom& room = {});

  /// Collective. Every call must come with an operator of the same layout.
  TopEigenvalue measure(const SymmetricOperator<Real>& op);

  /// |P x|^2/|x|^2 for the projection P on the `count` top vectors that are kept, of x spread as
  /// the operator's vectors; NaN for x = 0. Collective.
  double share_on_top(const std::vector<Real>& x, Index count) const;

  /// x, spread as the operator's vectors, and below it the `count` top vectors that are kept, rows
  /// of zeros for those that are not: whole, (1 + count, size). Collective.
  std::vector<Real> whole_with_top(const std::vector<Real>& x, Index count) const;

  /// Whether nothing has been measured.
  bool is_new() const { return state_.measurements == 0; }

  /// Collective over the ranks of the operators measured.
  TrackerState state() const;
  /// Continues where `state` was taken, on any number of ranks, from the next measurement on.
  /// Before the first one `state` may be a guess: orthonormal vectors in which the largest
  /// eigenvalues are expected, with their values.
  void restore(TrackerState state);
  /// The same with this rank's elements of the vectors alone, (kept + scouted, local_size): of
  /// operators whose vectors no rank can hold.
  TrackerState own_state() const;
  void restore_own(TrackerState state);

 private:
  static constexpr Index most_products = 400;  ///< then the eigenvalue counts as not converged

  /// Of an error bound.
  static double relative(double error, double value);

  void allocate(const SymmetricOperator<Real>& op);
  /// image_ <- A direction in the basis, outside_norm_ <- length of the rest, which may join the
  /// basis. False where the operator gives what is not finite.
  bool multiply(const SymmetricOperator<Real>& op, const std::vector<double>& direction);
  /// The model learns image_; what lies outside joins the basis.
  void learn(const std::vector<double>& direction);
  bool multiply_and_learn(const SymmetricOperator<Real>& op, const std::vector<double>& direction);
  /// Behind the basis <- random numbers that depend on (measurement, global index) alone.
  void draw_random();
  /// What lies behind the basis joins it, as a direction of which nothing is known; image_ and
  /// outside_norm_
  /// <- what of it the basis has held, and the rest. False where nothing of it lies outside.
  bool add_direction();
  std::vector<double> newest() const;
  /// Rayleigh quotients outside the basis are at most this.
  void bound_outside(const SymmetricOperator<Real>& op, double most);
  bool spans_all() const { return model_.known() == size_; }

  /// Of the first measurement: adds residuals until the largest Ritz value is exact enough and
  /// known to be the largest.
  bool refine(const SymmetricOperator<Real>& op);
  /// Where eigenvalues crowd together one random direction may have missed the largest of them:
  /// powers of the operator on another one join the basis.
  bool look_again(const SymmetricOperator<Real>& op);
  bool find(const SymmetricOperator<Real>& op);
  bool follow_guess(const SymmetricOperator<Real>& op);
  /// Basis and model shrink to `kept` Ritz vectors and what the images of these have outside them.
  void restart(Index kept);

  /// Of the others: the product of the last vector, and what it says of the time since.
  bool follow(const SymmetricOperator<Real>& op);
  /// Products until the model is certain enough of its largest eigenvalue.
  bool settle(const SymmetricOperator<Real>& op);
  /// The next power of the operator on a random direction outside the basis.
  bool scout(const SymmetricOperator<Real>& op);
  /// What image_ of a direction that was not known says of the model.
  void judge(const std::vector<double>& direction);
  /// Where the first products of guessed vectors have shown the others to be better known.
  void lower_doubt_of_guess();
  /// Of the next drifts, from the worst of this measurement's products.
  void learn_trust();

  double tolerance_;
  TrackerRoom room_;
  OperatorModel model_;
  std::unique_ptr<SpreadVectors<Real>> basis_;
  HostProducts<Real> host_products_;
  std::vector<Real> from_, scout_;  ///< (local)
  std::vector<double> image_;
  double outside_norm_ = 0.0;
  double outside_most_ = 0.0;  ///< bound of Rayleigh quotients outside the basis
  double outside_least_ = 0.0;
  int judged_ = 0;      ///< kept vectors multiplied in this measurement, but the top
  Index size_ = 0;      ///< of the operator
  Index products_ = 0;  ///< of this measurement
  double value_ = 0.0, error_ = 0.0;
  double worst_ = 0.0,
         worst_of_all_ =
             0.0;       ///< change of a kept vector's Rayleigh quotient, in units of its doubt
  TrackerState state_;  ///< its vectors, values and doubt lie in basis and model once these exist
  bool own_ = false;    ///< state_ has this rank's elements alone
};

}  // namespace catapult
