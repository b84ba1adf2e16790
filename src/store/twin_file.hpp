// Twins in a checkpoint.
// defines: write_twin, read_twin, read_if_there
#pragma once

#include "record/hdf5.hpp"
#include "twin/fork.hpp"

namespace catapult {

/// Collective over the ranks that share the file.
template <class Real>
void write_twin(Hdf5File& file, const std::string& group, const Network<Real>& network,
                const TwinStanding<Real>& twin);

/// This rank's parts; `batch`: length of vectors of function space. Throws DataError. Not
/// collective.
template <class Real>
TwinStanding<Real> read_twin(const Hdf5File& file, const std::string& group,
                             const Network<Real>& network, Index batch);

/// Tensors of a group as a flat vector of the network's layout; empty where there is no such group.
/// Throws DataError. Not collective.
template <class Real>
Vector<Real> read_if_there(const Hdf5File& file, const std::string& group,
                           const Network<Real>& network);

}  // namespace catapult
