// What measure.curvature costs beside the kernel.
// defines: of_second_pushforward, of_second_pullback, curvature_work, curvature_bytes
#pragma once

#include "plan/network_costs.hpp"

namespace catapult {

// What maps of second order take, in those of first order, at a theta and errors that are new.
constexpr double of_second_pushforward = 2.0;
constexpr double of_second_pullback = 2.5;

/// One measurement, of so many kernel samples and batches of so many.
Work curvature_work(const NetworkCosts& network, const MeasureOptions& measure, Index kernel,
                    Index batch);

/// Vectors of parameter space on one rank of this grid.
double curvature_bytes(const NetworkCosts& network, const MeasureOptions& measure,
                       const GridShape& grid);

}  // namespace catapult
