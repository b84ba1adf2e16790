// A network spread over all ranks beside the same network on one rank.
// defines: Case, NetworkPair, grids
#pragma once

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "linalg/vector_ops.hpp"
#include "layers/build.hpp"
#include "model/initialize.hpp"

namespace catapult::testing {

struct Case {
  const char* name;
  ModelOptions model;
  Index samples, inputs, outputs;

  friend void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }
};

inline ModelOptions model_of(std::vector<Index> widths, const char* activation,
                             const char* parametrization, double sigma_b) {
  ModelOptions model;
  model.widths = widths;
  model.depth = static_cast<Index>(widths.size());
  model.activation = activation;
  model.parametrization = parametrization;
  model.sigma_w = 1.3;
  model.sigma_b = sigma_b;
  model.seed = 5;
  return model;
}

inline ModelOptions leaky_of(std::vector<Index> widths, double slope) {
  ModelOptions model = model_of(std::move(widths), "leaky_relu", "ntk", 0.1);
  model.leaky_slope = slope;
  return model;
}

/// Shortcuts wherever two widths agree; biases as well.
inline ModelOptions residual_of(std::vector<Index> widths, const char* activation) {
  ModelOptions model = model_of(std::move(widths), activation, "ntk", 0.1);
  model.residual = true;
  return model;
}

inline ModelOptions solvable_of(Index width) {
  ModelOptions model;
  model.kind = "solvable";
  model.width = width;
  return model;
}

/// Awkward sizes on purpose: widths not divisible by ranks, one output, one sample, more samples
/// than inputs (parameter form) and fewer (Gram form), no hidden layer.
inline std::vector<Case> cases() {
  return {
      {"relu_two_layers", model_of({11, 7}, "relu", "ntk", 0.0), 9, 5, 3},
      {"relu_bias", model_of({13, 6, 8}, "relu", "ntk", 0.3), 4, 17, 2},
      {"tanh_standard", model_of({10, 9}, "tanh", "standard", 0.2), 7, 6, 4},
      {"linear_one_output", model_of({12}, "linear", "ntk", 0.0), 6, 8, 1},
      {"no_hidden_layer", model_of({}, "relu", "ntk", 0.5), 5, 7, 3},
      {"one_sample", model_of({8, 5}, "tanh", "ntk", 0.1), 1, 4, 2},
      {"solvable", solvable_of(14), 3, 2, 1},
      {"leaky_relu", leaky_of({9, 7}, 0.2), 6, 5, 3},
      {"erf_bias", model_of({10, 6}, "erf", "ntk", 0.2), 5, 9, 2},
      {"residual_relu", residual_of({8, 8, 8, 6}, "relu"), 7, 5, 3},
      {"residual_erf", residual_of({7, 7, 7}, "erf"), 4, 11, 2},
      {"residual_linear", residual_of({9, 9}, "linear"), 5, 3, 1},
      {"wide", model_of({1501}, "relu", "ntk", 0.1), 3, 811, 2},  // gradients in several blocks
  };
}

template <class Real>
Matrix<Real> random_matrix(Index rows, Index columns, std::uint32_t stream) {
  const Matrix<Real> matrix("random", rows, columns);
  const RandomStream random(17, stream);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      matrix(i, j) = static_cast<Real>(random.normal(i, j));
    }
  }
  return matrix;
}

/// The part of a flat vector of the one-rank network that lies on this rank of `network`.
template <class Real>
Vector<Real> local_part(const Network<Real>& network, const Network<Real>& whole,
                        const Vector<Real>& values) {
  const Vector<Real> part("local_part", network.parameters());
  for (std::size_t t = 0; t < whole.tensors().size(); ++t) {
    const Tensor &here = network.tensors()[t], &all = whole.tensors()[t];
    Index to = here.offset;
    for (Index row = here.rows.begin; row < here.rows.end; ++row) {
      for (Index column = here.columns.begin; column < here.columns.end; ++column) {
        part(to++) = values(all.offset + row * all.columns.size() + column);
      }
    }
  }
  return part;
}

/// Both networks at the same parameters, forward done on the same samples.
struct NetworkPair {
  NetworkPair(const Case& test, int width_ranks)
      : world(MPI_COMM_WORLD),
        grid(make_grid(world, width_ranks)),
        network(build_network<double>(test.model, test.inputs, test.outputs, grid)),
        whole(build_network<double>(test.model, test.inputs, test.outputs,
                                    make_grid(Communicator::self(), 1))),
        theta("theta", network.parameters()),
        whole_theta("whole_theta", whole.parameters()),
        mine(block_of(test.samples, grid.samples.size(), grid.samples.rank())),
        x(random_matrix<double>(test.samples, test.inputs, 1)),
        tape(network.make_tape(mine.size())),
        whole_tape(whole.make_tape(test.samples)) {
    initialize(network, test.model.seed, theta);
    initialize(whole, test.model.seed, whole_theta);
    network.forward(theta, my_rows(x), tape);
    whole.forward(whole_theta, x, whole_tape);
  }

  /// This rank's samples of a matrix (samples, ...), contiguous.
  Matrix<double> my_rows(const Matrix<double>& all) const {
    return Kokkos::subview(all, std::pair(mine.begin, mine.end), Kokkos::ALL);
  }

  /// Sum over ranks of x.y for vectors of this rank's parameters.
  double parameter_dot(const Vector<double>& a, const Vector<double>& b) const {
    return grid.width.sum(dot<double>(a, b));
  }
  /// The same for matrices (samples, outputs), replicated over the width ranks.
  double output_dot(const Matrix<double>& a, const Matrix<double>& b) const {
    return grid.samples.sum(
        dot<double>(Vector<double>(a.data(), a.size()), Vector<double>(b.data(), b.size())));
  }

  Communicator world;
  Grid grid;
  Network<double> network, whole;
  Vector<double> theta, whole_theta;
  Block mine;
  Matrix<double> x;
  Tape<double> tape, whole_tape;
};

/// Numbers of width ranks with which all ranks form a grid for this test case.
inline std::vector<int> grids(const Case& test) {
  int ranks = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  std::vector<int> found;
  for (int width = 1; width <= ranks; ++width) {
    bool fits = ranks % width == 0;
    for (const Index neurons : hidden_widths(test.model)) fits = fits && neurons >= width;
    if (fits) found.push_back(width);
  }
  return found;
}

template <class View>
double largest_difference(const View& a, const View& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a.data()[i] - b.data()[i]));
  }
  return largest;
}

}  // namespace catapult::testing
