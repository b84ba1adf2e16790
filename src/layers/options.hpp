// Keys of the deck's [model] table.
// defines: ModelOptions, is_convolutional, can_recompute, describe
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

struct ModelOptions {
  std::string kind = "fc";
  std::vector<std::string> layers;
  double widen = 1.0;
  Index base_channels = 16;
  std::string shortcut = "conv3";
  bool batch_norm = true;
  Index batch_norm_group = 128;
  Index batch_norm_test_group = 0;
  std::string bias = "auto";
  std::string representation = "parameters";
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

inline bool is_convolutional(const ModelOptions& model) {
  return model.kind == "cnn" || model.kind == "wrn";
}

/// Whether the network can compute its activations again instead of storing them: it has one hidden
/// layer, whose neurons stream through the memory.
inline bool can_recompute(const ModelOptions& model) {
  if (is_convolutional(model)) return false;
  if (model.kind == "solvable") return true;
  return model.widths.empty() ? model.depth == 1 : model.widths.size() == 1;
}

template <class Visitor>
void describe(Visitor& option, ModelOptions& o) {
  option("kind", o.kind, one_of({"fc", "cnn", "wrn", "solvable"}), "",
         "fc: fully connected; cnn: convolutional, as layers says; wrn: wide residual network of "
         "images; solvable: f = n^(-1/2) v^T u x");
  option("layers", o.layers, any(), "",
         "cnn: from the image on, each one of \"conv C same|valid [kernel 3] [stride 1]\", "
         "\"maxpool W [stride W]\", \"avgpool W [stride W]\", \"mean\" (over positions), "
         "\"flatten\", \"dense N\", \"batchnorm\", an activation; the last dense layer, to the "
         "outputs, is implied");
  option("widen", o.widen, above(0.0), "",
         "cnn: factor on all channels and hidden widths; wrn: the k of WRN-depth-k");
  option("base_channels", o.base_channels, at_least(1), "channels",
         "wrn: of the stem; the three groups have widen times 1, 2 and 4 as many");
  option("shortcut", o.shortcut, one_of({"conv3", "conv1", "preact1"}), "",
         "wrn: in the first block of a group: conv3, conv1: a 3 x 3 or 1 x 1 convolution of the "
         "block's input; preact1: 1 x 1, of the normalized input (the classic form)");
  option("batch_norm", o.batch_norm, any(), "",
         "wrn: normalize by batch statistics before each activation");
  option("batch_norm_group", o.batch_norm_group, at_least(0), "samples",
         "consecutive samples of a batch that share statistics; 0: all of the batch");
  option("batch_norm_test_group", o.batch_norm_test_group, at_least(0), "samples",
         "likewise of test samples; 0: as batch_norm_group");
  option("bias", o.bias, one_of({"auto", "on", "off", "dense"}), "",
         "auto: where sigma_b > 0; on: trained from their initial values, 0 where sigma_b = 0 (in "
         "the ntk parametrization they then drop out); dense: on in dense layers alone");
  option("representation", o.representation, one_of({"parameters", "gram"}), "",
         "solvable: parameters, or gram: inputs + 1 neurons that have the Gram matrix of u and v, "
         "exact at any width");
  option("width", o.width, at_least(1), "neurons", "of every hidden layer");
  option("depth", o.depth, at_least(0), "layers",
         "hidden layers; wrn: 6 b + 4 for b blocks in each of the three groups");
  option("widths", o.widths, at_least(1), "neurons",
         "one width a hidden layer, in place of width and depth");
  option("activation", o.activation, one_of({"relu", "leaky_relu", "tanh", "erf", "linear"}), "",
         "between the layers; none after the last; a cnn names its own in layers");
  option("leaky_slope", o.leaky_slope, between(0.0, 1.0), "",
         "leaky_relu: slope where the input is negative");
  option("residual", o.residual, any(), "",
         "fc: h + act(W h) wherever two hidden layers of equal width follow each other");
  option("parametrization", o.parametrization, one_of({"ntk", "standard", "mup"}), "",
         "ntk: W, b ~ N(0, 1), z = sigma_w/sqrt(fan_in) W h + sigma_b b; standard (LeCun): "
         "W ~ N(0, sigma_w^2/fan_in), b ~ N(0, sigma_b^2), z = W h + b; mup (maximal update, Yang "
         "and Hu 2021): as standard with z = sqrt(n) (W h + b) in the first layer, sqrt(n) b in "
         "others, n their fan_out, with 1/sqrt(n) of the deviations, and 1/sqrt(fan_in) W h in the "
         "last: one learning rate for all widths");
  option("sigma_w", o.sigma_w, above(0.0), "", "scale of the weights");
  option("sigma_b", o.sigma_b, at_least(0.0), "", "scale of the biases, see bias");
  option("seed", o.seed, at_least(0), "", "of the initial weights");
  option("weights", o.weights, path_name(), "",
         "start from this weights file or checkpoint (HDF5) instead of drawing");
  option("precision", o.precision, one_of({"f32", "f64"}), "", "of the network's arithmetic");
}

}  // namespace catapult
