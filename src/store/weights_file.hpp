// The parameters of a network in a file: layers/NN/weight, layers/NN/bias.
// defines: write_tensors, read_tensors, require_layers, read_layers, read_weights_file
#pragma once

#include <filesystem>
#include <string>

#include "model/network.hpp"
#include "record/hdf5.hpp"

namespace catapult {

/// `values` (the network's layout) as datasets GROUP/NN/weight, GROUP/NN/bias; each width rank
/// writes its part. Collective over the ranks that share the file.
template <class Value, class Real>
void write_tensors(Hdf5File& file, const std::string& group, const Network<Real>& network,
                   const Vector<const Value>& values);

/// Fills `values` with this rank's part. Numbers are converted to Value. Throws DataError where a
/// tensor is missing, of another shape (both are told), or holds what is no finite number. Not
/// collective.
template <class Value, class Real>
void read_tensors(const Hdf5File& file, const std::string& group, const Network<Real>& network,
                  const Vector<Value>& values);

/// Throws DataError where the group `layers` does not hold these tensors, of these shapes, and no
/// others. Not collective, needs no MPI.
void require_layers(const Hdf5File& file, const std::vector<Tensor>& tensors);

/// Fills theta from the group `layers`, which must hold no tensors that the network does not have.
/// The same errors. Not collective.
template <class Real>
void read_layers(const Hdf5File& file, const Network<Real>& network, const Vector<Real>& theta);

/// Fills theta from a weights file or checkpoint. Throws DataError where it is missing, corrupt or
/// of another network. Collective over the grid.
template <class Real>
void read_weights_file(const std::filesystem::path& path, const Network<Real>& network,
                       const Vector<Real>& theta);

}  // namespace catapult
