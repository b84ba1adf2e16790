// The checkpoint of another run that members start from.
// defines: Origin, read_origin, origin_of, require_network_of, require_layers_of, identity_of,
// add_origin
#pragma once

#include <string>

#include "base/communicator.hpp"
#include "data/shape.hpp"
#include "deck/study.hpp"
#include "plan/steps.hpp"
#include "record/provenance.hpp"

namespace catapult {

struct Origin {
  std::string checkpoint;  ///< path
  StartingPoint start;     ///< where it was taken
  Deck deck;               ///< of the member that wrote it
  std::string deck_hash;   ///< XXH3 of that deck, and of what that member started from
  /// That member goes on, with its lambda_0; else members of another deck start from its
  /// parameters, learning_rate_c relative to the lambda measured there.
  bool goes_on = false;
};

/// Throws DataError where the file is missing, corrupt or of no run. By this process alone; needs
/// no MPI.
Origin read_origin(const std::string& checkpoint, bool goes_on);

/// The same, read by rank 0. Collective over `world`.
Origin origin_of(const std::string& checkpoint, bool goes_on, const Communicator& world);

/// Throws UsageError where a member of `study` has another network than the checkpoint, draws
/// parameters of its own or ends before it. Same on all ranks; not collective.
void require_network_of(const Origin& origin, const Study& study);

/// Throws DataError where the file does not hold the tensors of the members' networks on data of
/// these shapes, one a member. Reads no parameters; not collective, needs no MPI.
void require_layers_of(const Origin& origin, const Study& study,
                       const std::vector<DataShape>& data);

/// "step 10, deck 0123456789abcdef": of one trajectory, wherever the file lies.
std::string identity_of(const Origin& origin);

/// Path, step and hash, as from, from_step and from_deck_hash.
void add_origin(const Origin& origin, Provenance& provenance);

}  // namespace catapult
