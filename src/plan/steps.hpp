// How many steps a run may take, how many kernel products its measurements of lambda, and how many
// trainings a search for boundaries.
// defines: LambdaEstimate, StartingPoint, needs_lambda, learning_rate_of, steps_of,
// products_from_cold, products_that_follow, trainings_of
#pragma once

#include "deck/deck.hpp"

namespace catapult {

/// Of lambda_0, from a narrower network on fewer samples.
struct LambdaEstimate {
  double value = 0.0;  ///< 0: there is none
  Index width = 0;     ///< neurons of its hidden layers, at most
  Index samples = 0;
};

/// Where training starts: at its beginning, or where a checkpoint was taken.
struct StartingPoint {
  Index step = 0;              ///< the first one
  double time = 0.0;           ///< physical time before it
  LambdaEstimate lambda = {};  ///< by which a learning rate that is given as c is one
};

/// Whether the number of steps depends on lambda_0, which eta = c/lambda_0 then is kept at.
bool needs_lambda(const TrainOptions& train);

/// The first eta; 0 where it is not known.
double learning_rate_of(const TrainOptions& train, const StartingPoint& start = {});

/// Those that are left by whichever stop comes first, of those that are known before there is a
/// loss; 1000 where none is.
double steps_of(const TrainOptions& train, const StartingPoint& start = {});

/// Products with the kernel, as counted on MNIST and digits: of the first measurement, from a
/// random direction or from a guess of the top; and of each of those that follow, on the average of
/// so many. A settled one takes little more than one; some dozens more are spread over those in
/// which the kernel moves, which are few where measurements lie apart.
double products_from_cold(const MeasureOptions& measure, bool guessed);
double products_that_follow(const Deck& deck, double measurements);

/// Of a member that searches boundaries: two at the ends of the range, then bisection for one
/// boundary after another; what is known from the others is found out on the way. 1 where nothing
/// is searched.
Index trainings_of(const BoundaryOptions& boundary);

}  // namespace catapult
