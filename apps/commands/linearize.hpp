// `catapult linearize`: a network and its twins from a checkpoint on.
// defines: LinearizeRequest, linearize_checkpoint
#pragma once

#include "study/run.hpp"

namespace catapult {

struct LinearizeRequest {
  std::string checkpoint;           ///< of any run, on any number of ranks
  double learning_rate = 0.0;       ///< from there on; 0: that of the run
  std::vector<std::string> models;  ///< in place of linearize.models; empty: those of the deck
  std::string out;                  ///< run folder; "": beside the checkpoints
};

/// The study of one member that goes on from the checkpoint to the end its deck says, beside twins
/// forked there, in a run folder of its own. `run`: settings and limits as for run_study. Errors
/// and result as of run_study. Collective over `world`.
ExitCode linearize_checkpoint(const LinearizeRequest& request, RunRequest run,
                              const Communicator& world, Log& log);

}  // namespace catapult
