// The parameters of a network as a file: layers/NN/weight, layers/NN/bias.
// defines: write_weights_file, read_weights_file
#pragma once

#include <filesystem>

#include "model/network.hpp"
#include "record/hdf5.hpp"
#include "record/provenance.hpp"
#include "train/state.hpp"

namespace catapult {

/// A new file with theta, the step and the physical time before which it was taken, and where it
/// comes from. Each width rank writes its part of every tensor. Throws OutputError. Collective
/// over the network's grid.
template <class Real>
void write_weights_file(const std::filesystem::path& path, const Network<Real>& network,
                        const TrainingState<Real>& state, const Provenance& provenance);

/// Fills theta. Numbers are converted to Real. Throws DataError where the file is missing, corrupt
/// or of another network (path, tensor, expected and found shape). Collective over the grid.
template <class Real>
void read_weights_file(const std::filesystem::path& path, const Network<Real>& network,
                       const Vector<Real>& theta);

}  // namespace catapult
