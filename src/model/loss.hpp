// Loss and accuracy of a batch, and the derivatives of the loss by the outputs.
// defines: LossKind, Loss, Score, ScoreSums, score_sums, total_score, square_distance,
// loss_cotangent, loss_tangent, apply_loss_root
#pragma once

#include "base/grid.hpp"
#include "linalg/views.hpp"

namespace catapult {

enum class LossKind {
  mean_squared,   ///< 1/(2 k N) sum (f - y)^2
  cross_entropy,  ///< -1/N sum_a sum_i y_ai ln p_ai, p_a the softmax of the logits f_a
};

/// What training descends on. Cross-entropy takes targets that are probabilities, y >= 0, and
/// smooths them: (1 - smoothing) y + smoothing/k sum y (Szegedy et al. 2016).
struct Loss {
  LossKind kind = LossKind::mean_squared;
  double smoothing = 0.0;

  /// What the sum over the samples of a batch is multiplied by; N = `samples`, k = `outputs`.
  double normalization(Index samples, Index outputs) const {
    const auto n = static_cast<double>(samples);
    return kind == LossKind::mean_squared ? 1.0 / (n * static_cast<double>(outputs)) : 1.0 / n;
  }
  /// The loss itself, from the sum over samples that ScoreSums counts.
  double mean_of(double sum, Index samples, Index outputs) const {
    const double half = kind == LossKind::mean_squared ? 0.5 : 1.0;
    return half * normalization(samples, outputs) * sum;
  }
};

/// accuracy = share of samples whose largest output is the one of their target, NaN where k = 1.
struct Score {
  double loss = 0.0;
  double accuracy = 0.0;
};

/// Sums over the samples of a batch, of which a rank holds some rows.
struct ScoreSums {
  double loss = 0.0;  ///< without its normalization
  double correct = 0.0;
};

/// This rank's rows f, y (samples, k); in double precision.
template <class Real>
ScoreSums score_sums(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y);

/// Score of `samples` samples in all from the sums of this rank. Collective over the grid.
Score total_score(const Loss& loss, const Grid& grid, ScoreSums sums, Index samples, Index outputs);

/// sum (f - y)^2 over this rank's rows (samples, k).
template <class Real>
double square_distance(const Matrix<Real>& f, const Matrix<Real>& y);

/// cotangent <- dL/df for N = `samples` in the whole batch: (f - y)/(k N), or (p - y)/N.
template <class Real>
void loss_cotangent(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y, Index samples,
                    const Matrix<Real>& cotangent);

/// tangent <- (d^2 L/df^2) moved: how dL/df changes where the outputs move by `moved`, for N =
/// `samples` in the whole batch. All (samples, k); in place is allowed.
template <class Real>
void loss_tangent(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y,
                  const Matrix<Real>& moved, Index samples, const Matrix<Real>& tangent);

/// values <- B values, or B^T values, for B B^T = d^2 L/df^2 without its normalization, sample by
/// sample; values (vectors * samples, k), vector by vector. So B^T J J^T B has the eigenvalues of
/// the Gauss-Newton matrix J^T (d^2 L/df^2) J. Nothing for the mean squared error, whose B is 1.
template <class Real>
void apply_loss_root(const Loss& loss, const Matrix<Real>& f, const Matrix<Real>& y,
                     bool transposed, const Matrix<Real>& values);

}  // namespace catapult
