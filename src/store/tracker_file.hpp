// What eigenvalue trackers continue from, in a checkpoint.
// defines: write_tracker, read_tracker
#pragma once

#include <string>

#include "curvature/loss_probe.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// A tracker of function space, its vectors whole. Collective over the ranks that share the file.
void write_tracker(Hdf5File& file, const std::string& group, TrackerState tracker);
/// `size`: length of its vectors. Throws DataError. Not collective.
TrackerState read_tracker(const Hdf5File& file, const std::string& group, Index size);

/// A tracker of parameter space, its vectors tensor by tensor. The same.
template <class Real>
void write_tracker(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const ParameterTracker& tracker);
template <class Real>
ParameterTracker read_tracker(const Hdf5File& file, const std::string& group,
                              const Network<Real>& network);

}  // namespace catapult
