// How many steps a run may take, and how many kernel products its measurements of lambda.
// defines: steps_of, products_from_cold, products_that_follow
#pragma once

#include "train/options.hpp"

namespace catapult {

/// By whichever stop comes first, of those that are known before lambda_0 is; 1000 where none is.
double steps_of(const TrainOptions& train);

/// Of the first measurement, and of one that follows others: as counted on MNIST and digits.
constexpr double products_from_cold = 15.0;
double products_that_follow(const TrainOptions& train);

}  // namespace catapult
