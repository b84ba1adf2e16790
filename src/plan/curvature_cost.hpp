// What measure.curvature costs beside the kernel.
// defines: curvature_work, curvature_bytes
#pragma once

#include "plan/network_costs.hpp"

namespace catapult {

/// One measurement, of so many kernel samples and batches of so many.
Work curvature_work(const NetworkCosts& network, const MeasureOptions& measure, Index kernel,
                    Index batch);

/// Vectors of parameter space on one rank of this grid.
double curvature_bytes(const NetworkCosts& network, const MeasureOptions& measure,
                       const GridShape& grid);

}  // namespace catapult
