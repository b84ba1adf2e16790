// `catapult predict`: what the linear twin of a checkpoint does at any later step, without
// stepping. defines: PredictRequest, predict_from_checkpoint
#pragma once

#include <string>
#include <vector>

#include "base/communicator.hpp"

namespace catapult {

struct PredictRequest {
  std::string checkpoint;             ///< of any run, on any number of ranks
  std::vector<Index> steps;           ///< of the run, from the checkpoint's on
  std::vector<std::string> settings;  ///< "key=value", over the deck in the checkpoint
  std::string command_line;           ///< as typed, for the provenance
  double learning_rate = 0.0;         ///< 0: that of the run
  double multiple = 10.0;  ///< of the loss at the checkpoint: there the linear regime ends
  std::string out;         ///< folder; "": that of the checkpoint's member
};

/// From the whole spectrum of Theta at the checkpoint: growth rates of its modes, the step at which
/// the loss exceeds `multiple` times that of the checkpoint, losses, accuracies and outputs at the
/// steps asked for, momentum and L2 included. Prints a table on rank 0 and writes
/// predict-step-<12 digits>.h5. Throws UsageError for SGD and for learning rates that change,
/// DataError, NumericalError. Collective over `world`.
void predict_from_checkpoint(const PredictRequest& request, const Communicator& world);

}  // namespace catapult
