// What the watch for spikes continues from, in a checkpoint.
// defines: write_spikes, read_spikes
#pragma once

#include <string>

#include "curvature/spikes.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// Nothing where nothing has been seen. Collective over the ranks that share the file.
void write_spikes(Hdf5File& file, const std::string& group, const SpikeState& state);
/// `size`: length of vectors of the kernel samples. Throws DataError. Not collective.
SpikeState read_spikes(const Hdf5File& file, const std::string& group, Index size);

}  // namespace catapult
