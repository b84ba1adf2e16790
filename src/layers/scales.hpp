// How the weights and biases of a layer are scaled.
// defines: LayerScales
#pragma once

namespace catapult {

/// Forward factors and initial standard deviations of weight and bias. A layer without bias has
/// bias = 0.
struct LayerScales {
  double weight = 1.0;  ///< s
  double bias = 0.0;    ///< s_b
  double weight_deviation = 1.0;
  double bias_deviation = 1.0;

  bool has_bias() const { return bias != 0.0; }
};

}  // namespace catapult
