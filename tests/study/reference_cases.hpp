// The cases of an independent implementation (files in tests/study/reference), for all tests that
// compare with it.
// defines: ReferenceCase, ReferenceRun, reference_cases, reference_runs, error_of
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "layers/options.hpp"

namespace catapult::testing {

/// A network at its initial weights with its data.
struct ReferenceCase {
  std::string name;
  std::vector<Index> widths;
  std::string activation, parametrization;
  double sigma_w, sigma_b;

  std::string path() const { return CATAPULT_SOURCE_DIR "/tests/study/reference/" + name + ".h5"; }
  ModelOptions model() const {
    ModelOptions model;
    model.widths = widths;
    model.activation = activation;
    model.parametrization = parametrization;
    model.sigma_w = sigma_w;
    model.sigma_b = sigma_b;
    return model;
  }
  friend void PrintTo(const ReferenceCase& one, std::ostream* out) { *out << one.name; }
};

inline const std::vector<ReferenceCase> reference_cases = {
    {"fc_relu_ntk", {48, 40}, "relu", "ntk", std::sqrt(2.0), 0.0},
    {"fc_relu_ntk_bias", {64}, "relu", "ntk", std::sqrt(2.0), 0.1},
    {"fc_tanh_standard", {40, 36}, "tanh", "standard", 1.0, 0.0},
    {"fc_linear_ntk", {90}, "linear", "ntk", 1.0, 0.0},
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
constexpr Index last_step = 30;  ///< of every run

using ReferenceParam = std::tuple<ReferenceCase, ReferenceRun>;

inline std::string name_of_case(const ::testing::TestParamInfo<ReferenceParam>& info) {
  std::string name = std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// Largest |a - b| over the largest |b|.
inline double error_of(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return std::isfinite(difference) ? difference / std::max(size, 1e-300) : HUGE_VAL;
}

}  // namespace catapult::testing
