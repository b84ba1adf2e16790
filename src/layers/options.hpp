// Keys of the deck's [model] table.
// defines: ModelOptions, describe
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct ModelOptions {
  std::string kind = "fc";
  Index width = 512;
  Index depth = 1;
  std::vector<Index> widths;
  std::string activation = "relu";
  double leaky_slope = 0.01;
  bool residual = false;
  std::string parametrization = "ntk";
  double sigma_w = 1.0;
  double sigma_b = 0.0;
  Index seed = 0;
  std::string weights;
  std::string precision = "f32";
};

template <class Visitor>
void describe(Visitor& option, ModelOptions& o) {
  option("kind", o.kind, one_of({"fc", "solvable"}), "",
         "fc: fully connected; solvable: f = n^(-1/2) v^T u x");
  option("width", o.width, at_least(1), "neurons", "of every hidden layer");
  option("depth", o.depth, at_least(0), "layers", "hidden layers");
  option("widths", o.widths, at_least(1), "neurons",
         "one width a hidden layer, in place of width and depth");
  option("activation", o.activation, one_of({"relu", "leaky_relu", "tanh", "erf", "linear"}), "",
         "between the layers; none after the last");
  option("leaky_slope", o.leaky_slope, between(0.0, 1.0), "",
         "leaky_relu: slope where the input is negative");
  option("residual", o.residual, any(), "",
         "fc: h + act(W h) wherever two hidden layers of equal width follow each other");
  option("parametrization", o.parametrization, one_of({"ntk", "standard"}), "",
         "ntk: W, b ~ N(0, 1), z = sigma_w/sqrt(fan_in) W h + sigma_b b; standard (LeCun): "
         "W ~ N(0, sigma_w^2/fan_in), b ~ N(0, sigma_b^2), z = W h + b");
  option("sigma_w", o.sigma_w, above(0.0), "", "scale of the weights");
  option("sigma_b", o.sigma_b, at_least(0.0), "", "scale of the biases; 0: no biases");
  option("seed", o.seed, at_least(0), "", "of the initial weights");
  option("weights", o.weights, path_name(), "",
         "start from this weights file or checkpoint (HDF5) instead of drawing");
  option("precision", o.precision, one_of({"f32", "f64"}), "", "of the network's arithmetic");
}

}  // namespace catapult
