// Mean squared error and accuracy of a batch.
// defines: Score, ScoreSums, score_sums, total_score, loss_cotangent, loss_tangent
#pragma once

#include "base/grid.hpp"
#include "linalg/views.hpp"

namespace catapult {

/// loss = 1/(2 k N) sum (f - y)^2 in double; accuracy = share of samples whose largest output is
/// the one of their target, NaN where k = 1.
struct Score {
  double loss = 0.0;
  double accuracy = 0.0;
};

/// Sums over the samples of a batch, of which a rank holds some rows.
struct ScoreSums {
  double square = 0.0;  ///< sum (f - y)^2
  double correct = 0.0;
};

/// This rank's rows f, y (samples, k).
template <class Real>
ScoreSums score_sums(const Matrix<Real>& f, const Matrix<Real>& y);

/// Score of `samples` samples in all from the sums of this rank. Collective over the grid.
Score total_score(const Grid& grid, ScoreSums sums, Index samples, Index outputs);

/// cotangent <- dL/df = (f - y)/(k N) for N = `samples` in the whole batch.
template <class Real>
void loss_cotangent(const Matrix<Real>& f, const Matrix<Real>& y, Index samples,
                    const Matrix<Real>& cotangent);

/// tangent <- (d^2 L/df^2) moved: how dL/df changes where the outputs move by `moved`, for N =
/// `samples` in the whole batch. All (samples, k); in place is allowed.
template <class Real>
void loss_tangent(const Matrix<Real>& moved, Index samples, const Matrix<Real>& tangent);

}  // namespace catapult
