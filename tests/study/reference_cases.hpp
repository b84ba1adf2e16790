// The cases of an independent implementation (files in tests/study/reference), for all tests that
// compare with it.
// defines: ReferenceCase, ReferenceRun, reference_cases, reference_runs,
// part_in_memory, error_of
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "layers/options.hpp"
#include "model/tensor.hpp"

namespace catapult::testing {

/// A network at its initial weights with its data.
struct ReferenceCase {
  std::string name;
  ModelOptions model;
  Index last_step = 30;  ///< of every run

  std::string path() const { return CATAPULT_SOURCE_DIR "/tests/study/reference/" + name + ".h5"; }
  friend void PrintTo(const ReferenceCase& one, std::ostream* out) { *out << one.name; }
};

inline ModelOptions dense_model(const std::vector<Index>& widths, const std::string& activation,
                                const std::string& parametrization, double sigma_w,
                                double sigma_b) {
  ModelOptions model;
  model.widths = widths;
  model.activation = activation;
  model.parametrization = parametrization;
  model.sigma_w = sigma_w;
  model.sigma_b = sigma_b;
  return model;
}

inline ModelOptions cnn_model() {
  ModelOptions model = dense_model({}, "relu", "standard", std::sqrt(2.0), 0.05);
  model.kind = "cnn";
  model.layers = {"conv 6 same", "relu",    "conv 5 valid", "relu",
                  "maxpool 2",   "flatten", "dense 12",     "relu"};
  return model;
}

inline ModelOptions wrn_model(const std::string& parametrization, double sigma_w,
                              const std::string& shortcut, const std::string& bias, Index group) {
  ModelOptions model = dense_model({}, "relu", parametrization, sigma_w, 0.0);
  model.kind = "wrn";
  model.depth = 10;
  model.widen = 2;
  model.base_channels = 3;
  model.shortcut = shortcut;
  model.bias = bias;
  model.batch_norm_group = group;
  return model;
}

inline const std::vector<ReferenceCase> reference_cases = {
    {"fc_relu_ntk", dense_model({48, 40}, "relu", "ntk", std::sqrt(2.0), 0.0)},
    {"fc_relu_ntk_bias", dense_model({64}, "relu", "ntk", std::sqrt(2.0), 0.1)},
    {"fc_tanh_standard", dense_model({40, 36}, "tanh", "standard", 1.0, 0.0)},
    {"fc_linear_ntk", dense_model({90}, "linear", "ntk", 1.0, 0.0)},
    {"cnn_relu_standard", cnn_model(), 12},
    {"wrn_relu_standard", wrn_model("standard", std::sqrt(2.0), "conv3", "on", 4), 10},
    {"wrn_relu_ntk", wrn_model("ntk", 1.0, "conv1", "off", 0), 10},
};

/// How a case is trained; c = eta lambda_0.
struct ReferenceRun {
  std::string name;
  double c, momentum, l2;

  std::string group() const { return "runs/" + name + "/"; }
  friend void PrintTo(const ReferenceRun& run, std::ostream* out) { *out << run.name; }
};

inline const std::vector<ReferenceRun> reference_runs = {{"lazy_c1", 1.0, 0.0, 0.0},
                                                         {"catapult_c2.5", 2.5, 0.0, 0.0},
                                                         {"catapult_c3.5", 3.5, 0.0, 0.0},
                                                         {"momentum_c0.5", 0.5, 0.9, 0.0},
                                                         {"l2_c1", 1.0, 0.0, 0.01}};

using ReferenceParam = std::tuple<ReferenceCase, ReferenceRun>;

inline std::string name_of_case(const ::testing::TestParamInfo<ReferenceParam>& info) {
  std::string name = std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// This rank's part of a tensor that a file holds, as it lies in memory.
inline std::vector<double> part_in_memory(const Tensor& tensor, const std::vector<double>& values) {
  Index columns = 1;
  for (std::size_t axis = 1; axis < tensor.shape.size(); ++axis) columns *= tensor.shape[axis];
  const MemoryPlace place(tensor);
  std::vector<double> mine(static_cast<std::size_t>(tensor.size()));
  for (Index row = 0; row < tensor.rows.size(); ++row) {
    for (Index column = 0; column < tensor.columns.size(); ++column) {
      const Index from = (tensor.rows.begin + row) * columns + tensor.columns.begin + column;
      mine[static_cast<std::size_t>(place(row, column))] = values[static_cast<std::size_t>(from)];
    }
  }
  return mine;
}

/// Largest |a - b| over the largest |b|, which counts as at least `size`.
inline double error_of(const std::vector<double>& a, const std::vector<double>& b,
                       double size = 1e-300) {
  if (a.size() != b.size()) return HUGE_VAL;
  double difference = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return std::isfinite(difference) ? difference / size : HUGE_VAL;
}

}  // namespace catapult::testing
