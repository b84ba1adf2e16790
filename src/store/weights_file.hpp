// The parameters of a network in a file: layers/NN/weight, layers/NN/bias.
// defines: write_tensors, read_tensors, check_tensors, read_weights_file
#pragma once

#include <filesystem>
#include <string>

#include "model/network.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// `values` (the network's layout) as datasets GROUP/NN/weight, GROUP/NN/bias; each width rank
/// writes its part. Collective over the ranks that share the file.
template <class Real>
void write_tensors(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const Vector<const Real>& values);

/// Fills `values` with this rank's part. Numbers are converted to Real. Throws DataError. Not
/// collective.
template <class Real>
void read_tensors(const Hdf5File& file, const std::string& group, const Network<Real>& network,
                  const Vector<Real>& values);

/// Throws DataError where the file does not hold the tensors of this network and no further layer
/// (path, tensor, expected and found shape). Not collective.
template <class Real>
void check_tensors(const Hdf5File& file, const Network<Real>& network);

/// Fills theta from a weights file or checkpoint. Throws DataError where it is missing, corrupt or
/// of another network. Collective over the grid.
template <class Real>
void read_weights_file(const std::filesystem::path& path, const Network<Real>& network,
                       const Vector<Real>& theta);

}  // namespace catapult
