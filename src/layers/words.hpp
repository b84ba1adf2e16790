// The layers of a convolutional network as a deck names them.
// defines: LayerWords, LayersError, read_layers, misplaced, activation_names
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/integer.hpp"

namespace catapult {

/// One entry of model.layers, for example "conv 320 same kernel 5 stride 2".
struct LayerWords {
  enum class Kind { conv, max_pool, average_pool, mean, flatten, dense, batch_norm, activation };

  Kind kind = Kind::activation;
  std::string text;     ///< as the deck has it
  Index number = 0;     ///< in the list, from 0
  Index channels = 0;   ///< of a convolution; neurons of a dense layer
  bool same = true;     ///< convolution: zeros around the image, so that stride 1 keeps its size
  Index window = 3;     ///< of a convolution's kernel or of a pool
  Index stride = 1;
  std::string activation = "";
};

/// Words that make no sense, or a layer that does not fit its place.
class LayersError : public UsageError {
 public:
  LayersError(const std::string& problem, const std::string& reason, const std::string& advice);

  std::string problem, reason, advice;
};

/// Throws LayersError, which points into the entry.
std::vector<LayerWords> read_layers(const std::vector<std::string>& layers);

/// A layer that does not fit where it stands.
LayersError misplaced(const LayerWords& layer, const std::string& reason,
                      const std::string& advice);

/// "relu", ...: what model.activation and model.layers may name.
const std::vector<std::string>& activation_names();

}  // namespace catapult
