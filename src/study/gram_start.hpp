// The first weights of the warm-up model where a few neurons stand for all of its width.
// defines: initialize_gram, read_gram_weights, gram_factor_of
#pragma once

#include <filesystem>
#include <vector>

#include "model/network.hpp"

namespace catapult {

/// theta of the gram_neurons() that stand for `width` neurons drawn from N(0, 1).
template <class Real>
void initialize_gram(const Network<Real>& network, Index width, Index seed,
                     const Vector<Real>& theta);

/// theta of the neurons that stand for those of a weights file, (width, d) and (1, width). A file
/// of as many neurons as `network` has is taken as it is: a checkpoint of such a member. Throws
/// DataError where it is missing, corrupt or of another network. Collective over the grid.
template <class Real>
void read_gram_weights(const std::filesystem::path& path, const Network<Real>& network, Index width,
                       const Vector<Real>& theta);

/// theta as B, (d + 1, d + 1): a row (u v) a neuron, those that are missing zero. For a network of
/// no more neurons, on one rank.
std::vector<double> gram_factor_of(const Network<double>& network, const Vector<double>& theta);

}  // namespace catapult
