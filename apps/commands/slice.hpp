// `catapult slice`: the loss on a line or a plane through checkpoints.
// defines: SliceCommand, slice_through_checkpoints
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"

namespace catapult {

struct SliceCommand {
  std::string checkpoint;             ///< path; its deck names network and data
  std::vector<std::string> to;        ///< none, one or two others of the same network
  std::vector<std::string> settings;  ///< "key=value", over the deck in the checkpoint
  std::string command_line;           ///< as typed, for the provenance
  std::string out;                    ///< folder; "": that of the checkpoint's member
  Index points = 21;                  ///< along each direction
  double reach = 0.0;                 ///< 0: as far as the kind of slice asks for
  Index seed = 0;                     ///< of random directions
};

/// The training loss and accuracy at theta + a d_1 + b d_2. With two checkpoints in `to` d_1 and
/// d_2 lead to them; with one there is the line to it alone, and its loss barrier is told: the
/// largest loss above the straight line between both ends (Frankle et al. 2020); with none both
/// directions are random, each tensor of them as long as that of the network (Li et al. 2018). a
/// and b go from -reach to 1 + reach towards checkpoints, from -reach to reach else. Prints on rank
/// 0 and writes slice-step-<12 digits>-<where to>.h5. Throws DataError, UsageError, OutputError.
/// Collective over `world`.
void slice_through_checkpoints(const SliceCommand& command, const Communicator& world);

}  // namespace catapult
