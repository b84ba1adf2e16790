// What training descends on, as the deck says.
// defines: loss_of
#pragma once

#include "model/loss.hpp"
#include "train/options.hpp"

namespace catapult {

inline Loss loss_of(const TrainOptions& options) {
  if (options.loss == "cross_entropy") return {LossKind::cross_entropy, options.label_smoothing};
  return {};
}

}  // namespace catapult
