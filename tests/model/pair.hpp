// A network spread over all ranks beside the same network on one rank.
// defines: random_matrix, local_part, NetworkPair, grids
#pragma once

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "harness/views.hpp"
#include "linalg/vector_ops.hpp"
#include "model/cases.hpp"
#include "model/initialize.hpp"

namespace catapult::testing {

template <class Real>
Matrix<Real> random_matrix(Index rows, Index columns, std::uint32_t stream) {
  const RandomStream random(17, stream);
  return filled<Real>(rows, columns, [&](Index i, Index j) { return random.normal(i, j); });
}

/// The part of a flat vector of the one-rank network that lies on this rank of `network`.
template <class Real>
Vector<Real> local_part(const Network<Real>& network, const Network<Real>& whole,
                        const Vector<Real>& values) {
  const std::vector<Real> every = values_of(values);
  std::vector<Real> part(static_cast<std::size_t>(network.parameters()));
  for (std::size_t t = 0; t < whole.tensors().size(); ++t) {
    const Tensor &here = network.tensors()[t], &all = whole.tensors()[t];
    const MemoryPlace to(here), from(all);
    const auto place = [](Index index) { return static_cast<std::size_t>(index); };
    for (Index row = here.rows.begin; row < here.rows.end; ++row) {
      for (Index column = here.columns.begin; column < here.columns.end; ++column) {
        part[place(here.offset + to(row - here.rows.begin, column - here.columns.begin))] =
            every[place(all.offset + from(row, column))];
      }
    }
  }
  return filled(part);
}

/// Both networks at the same parameters, forward done on the same samples.
struct NetworkPair {
  NetworkPair(const Case& test, int width_ranks)
      : world(MPI_COMM_WORLD),
        grid(make_grid(world, width_ranks)),
        network(network_of(test, grid)),
        whole(network_of(test, make_grid(Communicator::self(), 1))),
        theta("theta", network.parameters()),
        whole_theta("whole_theta", whole.parameters()),
        mine(block_of(test.samples, grid.samples.size(), grid.samples.rank())),
        x(random_matrix<double>(test.samples, test.inputs, 1)),
        tape(network.make_tape(test.samples)),
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
    return grid.samples.sum(dot<double>(flat(a), flat(b)));
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
    bool fits = ranks % width == 0 && (width == 1 || !test.samples_only);
    for (const Index neurons : hidden_widths(test.model, test.inputs)) {
      fits = fits && neurons >= width;
    }
    if (fits) found.push_back(width);
  }
  return found;
}

}  // namespace catapult::testing
