// Alignment of activations, errors and weights against a plain network, and the coordinate check of
// the maximal update parametrization by it.
#include "curvature/alignment.hpp"

#include <gtest/gtest.h>

#include "model/pair.hpp"

namespace catapult::testing {
namespace {

using Numbers = std::vector<double>;
using Rows = std::vector<Numbers>;

double dot_of(const Numbers& a, const Numbers& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A network in the ntk parametrization without biases, neuron by neuron.
struct Plain {
  std::vector<Rows> weights;
  double sigma_w;
  bool relu;

  Plain(const Case& test, const Network<double>& network, const Vector<double>& theta)
      : sigma_w(test.model.sigma_w), relu(test.model.activation == "relu") {
    const Numbers all = values_of(theta);
    auto next = all.begin();
    for (const Tensor& tensor : network.tensors()) {
      Rows rows;
      for (Index row = 0; row < tensor.shape[0]; ++row, next += tensor.shape[1]) {
        rows.emplace_back(next, next + tensor.shape[1]);
      }
      weights.push_back(rows);
    }
  }

  double scale(std::size_t layer) const {
    return sigma_w / std::sqrt(static_cast<double>(weights[layer][0].size()));
  }
  /// h_0 = x, h_1, ... f of one sample.
  Rows activations(const Numbers& x) const {
    Rows h{x};
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
      Numbers z;
      for (const Numbers& row : weights[layer]) {
        const double value = scale(layer) * dot_of(row, h[layer]);
        const bool last = layer + 1 == weights.size();
        z.push_back(last ? value : relu ? std::max(value, 0.0) : std::tanh(value));
      }
      h.push_back(z);
    }
    return h;
  }
  /// Errors of h_1, ... f from those of f.
  Rows errors(const Rows& h, const Numbers& of_f) const {
    Rows e(h.size());
    e.back() = of_f;
    for (std::size_t layer = weights.size(); layer-- > 1;) {
      Numbers z = e[layer + 1];
      for (std::size_t i = 0; layer + 1 < weights.size() && i < z.size(); ++i) {
        const double value = h[layer + 1][i];
        z[i] *= relu ? (value > 0.0 ? 1.0 : 0.0) : 1.0 - value * value;
      }
      e[layer].assign(h[layer].size(), 0.0);
      for (std::size_t row = 0; row < z.size(); ++row) {
        for (std::size_t i = 0; i < e[layer].size(); ++i) {
          e[layer][i] += scale(layer) * weights[layer][row][i] * z[row];
        }
      }
    }
    return e;
  }
};

Numbers row_of(const Matrix<double>& matrix, Index row) {
  const auto host = to_host(matrix);
  Numbers numbers;
  for (Index i = 0; i < static_cast<Index>(host.extent(1)); ++i) numbers.push_back(host(row, i));
  return numbers;
}

AlignmentMeasurement by_definition(const Case& test, const NetworkPair& pair,
                                   const Matrix<double>& y) {
  const Plain plain(test, pair.whole, pair.whole_theta);
  const std::size_t hidden = test.model.widths.size();
  AlignmentMeasurement result;
  result.cosine = result.active = result.mean_abs = Numbers(hidden, 0.0);
  for (Index a = 0; a < test.samples; ++a) {
    const Rows h = plain.activations(row_of(pair.x, a));
    Numbers residual = h.back();
    const Numbers target = row_of(y, a);
    for (std::size_t i = 0; i < target.size(); ++i) residual[i] -= target[i];
    const Rows e = plain.errors(h, residual);
    for (std::size_t layer = 0; layer < hidden; ++layer) {
      const Numbers &mine = h[layer + 1], &error = e[layer + 1];
      const double samples = static_cast<double>(test.samples);
      const double all = samples * static_cast<double>(mine.size());
      result.cosine[layer] +=
          dot_of(mine, error) / std::sqrt(dot_of(mine, mine) * dot_of(error, error)) / samples;
      for (const double value : mine) {
        result.active[layer] += value > 0.0 ? 1.0 / all : 0.0;
        result.mean_abs[layer] += std::abs(value) / all;
      }
    }
  }
  for (const Rows& rows : plain.weights) {
    double square = 0.0;
    for (const Numbers& row : rows) square += dot_of(row, row);
    result.weight_norm.push_back(std::sqrt(square));
  }
  return result;
}

AlignmentMeasurement measured(const Case& test, NetworkPair& pair, const Matrix<double>& y) {
  HessianRoom<double> room;
  const ParameterSpace space(pair.network);
  return alignment_of<double>(
      {pair.network, pair.theta, pair.tape, pair.my_rows(y), test.samples, {}}, space, room);
}

void expect_near(const Numbers& found, const Numbers& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12) << i;
}

TEST(Alignment, IsThatOfItsDefinitionOnEveryGrid) {
  for (const char* activation : {"relu", "tanh"}) {
    // One hidden layer is streamed; more are a chain.
    for (const std::vector<Index>& widths : {std::vector<Index>{13}, {13, 11}, {7, 7, 9}}) {
      const Case test{activation, model_of(widths, activation, "ntk", 0.0), 7, 5, 3};
      const Matrix<double> y = random_matrix<double>(test.samples, test.outputs, 2);
      for (const int width : grids(test)) {
        NetworkPair pair(test, width);
        const AlignmentMeasurement expected = by_definition(test, pair, y);
        const AlignmentMeasurement found = measured(test, pair, y);
        expect_near(found.cosine, expected.cosine);
        expect_near(found.active, expected.active);
        expect_near(found.mean_abs, expected.mean_abs);
        expect_near(found.weight_norm, expected.weight_norm);
        EXPECT_TRUE(std::isnan(found.cosine_uv));
      }
    }
  }
}

TEST(Alignment, LeavesOutSamplesWithoutActivations) {
  const Case test{"dead", model_of({13, 11}, "relu", "ntk", 0.0), 5, 4, 2};
  const Matrix<double> y = random_matrix<double>(test.samples, test.outputs, 2);
  for (const int width : grids(test)) {
    NetworkPair pair(test, width);
    // Nothing of the last sample gets through: what is left is the others' mean.
    const AlignmentMeasurement all = measured(test, pair, y);
    const auto x = to_host(pair.x);
    const HostMatrix<double> dead("dead", test.samples, test.inputs);
    for (Index a = 0; a < test.samples; ++a) {
      for (Index i = 0; i < test.inputs; ++i) dead(a, i) = a == 4 ? 0.0 : x(a, i);
    }
    pair.network.forward(pair.theta, pair.my_rows(to_device(dead)), pair.tape);
    const AlignmentMeasurement found = measured(test, pair, y);
    const double samples = static_cast<double>(test.samples);
    EXPECT_NE(found.cosine[0], all.cosine[0]);
    const Case others{"others", test.model, 4, test.inputs, test.outputs};
    const AlignmentMeasurement expected = by_definition(others, pair, y);
    expect_near(found.cosine, expected.cosine);
    EXPECT_NEAR(found.mean_abs[0] * samples, expected.mean_abs[0] * (samples - 1.0), 1e-12);
  }
}

TEST(Alignment, OfTheWarmUpModelKnowsTheAngleOfItsWeights) {
  for (const Index inputs : {1, 4}) {
    const Case test{"solvable", solvable_of(19), 3, inputs, 1};
    const Matrix<double> y = random_matrix<double>(test.samples, 1, 2);
    for (const int width : grids(test)) {
      NetworkPair pair(test, width);
      const Numbers theta = values_of(pair.whole_theta);
      Numbers product(static_cast<std::size_t>(inputs), 0.0);
      double u = 0.0, v = 0.0;
      for (std::size_t neuron = 0; neuron < 19; ++neuron) {
        const double last = theta[19 * product.size() + neuron];
        v += last * last;
        for (std::size_t i = 0; i < product.size(); ++i) {
          const double first = theta[neuron * product.size() + i];
          u += first * first;
          product[i] += first * last;
        }
      }
      const double length = std::sqrt(dot_of(product, product));
      const double expected = (inputs == 1 ? product[0] : length) / std::sqrt(u * v);
      EXPECT_NEAR(measured(test, pair, y).cosine_uv, expected, 1e-13);
    }
  }
}

/// d ln(mean |h|) / d ln(width) of every hidden layer, averaged over a few starts, after three
/// steps at one absolute learning rate.
Numbers slopes(const char* parametrization, double learning_rate) {
  const Index narrow = 64, wide = 256, starts = 8;
  const auto after = [&](Index width) {
    Numbers sum(2, 0.0);
    for (Index seed = 0; seed < starts; ++seed) {
      Case test{"coordinates", model_of({width, width}, "tanh", parametrization, 0.0), 8, 4, 2};
      test.model.seed = seed;
      NetworkPair pair(test, 1);
      const Matrix<double> y = random_matrix<double>(test.samples, test.outputs, 2);
      const Matrix<double> mine = pair.my_rows(y), cotangent("cotangent", mine.extent(0), 2);
      for (int step = 0; step < 3; ++step) {
        loss_cotangent(Loss{}, pair.tape.outputs(), mine, test.samples, cotangent);
        pair.network.pullback(pair.theta, pair.tape, cotangent, {pair.theta, -learning_rate, 1.0});
        pair.network.forward(pair.theta, pair.my_rows(pair.x), pair.tape);
      }
      const AlignmentMeasurement found = measured(test, pair, y);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += found.mean_abs[i];
    }
    return sum;
  };
  const Numbers first = after(narrow), last = after(wide);
  Numbers result;
  for (std::size_t i = 0; i < first.size(); ++i) {
    result.push_back(std::log(last[i] / first[i]) /
                     std::log(static_cast<double>(wide) / static_cast<double>(narrow)));
  }
  return result;
}

TEST(CoordinateCheck, OfTheMaximalUpdateParametrizationIsFlat) {
  for (const double slope : slopes("mup", 0.3)) EXPECT_NEAR(slope, 0.0, 0.05);
  EXPECT_GT(slopes("standard", 0.3).back(), 0.1);
}

}  // namespace
}  // namespace catapult::testing
