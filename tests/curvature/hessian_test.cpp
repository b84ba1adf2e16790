// The Hessian of the loss against differences of gradients, for every layer on every grid; its
// spectrum against that of the whole matrix.
#include "curvature/hessian.hpp"

#include <gtest/gtest.h>

#include "curvature/loss_probe.hpp"
#include "curvature/ntk.hpp"
#include "curvature/parameter_probes.hpp"
#include "linalg/symmetric_eigen.hpp"
#include "model/pair.hpp"
#include "spectra/density.hpp"
#include "spectra/spectrum.hpp"
#include "spectra/trace.hpp"

namespace catapult::testing {
namespace {

/// The loss of a case on this grid, at its first parameters.
struct Surface {
  Surface(const Case& test, int width, const Loss& loss = {})
      : pair(test, width),
        y(targets(test, loss)),
        at{pair.network, pair.theta, pair.tape, pair.my_rows(y), test.samples, loss},
        space(pair.network) {}

  /// Any numbers, or classes.
  static Matrix<double> targets(const Case& test, const Loss& loss) {
    if (loss.kind == LossKind::mean_squared) {
      return random_matrix<double>(test.samples, test.outputs, 2);
    }
    return filled<double>(test.samples, test.outputs,
                          [&](Index a, Index i) { return a % test.outputs == i ? 1.0 : 0.0; });
  }

  Vector<double> direction(Index seed) const {
    const Vector<double> d("direction", pair.network.parameters());
    initialize(pair.network, seed, d);
    return d;
  }
  Vector<double> product(const Vector<double>& d) {
    const Vector<double> hd("hd", d.extent(0));
    Kokkos::deep_copy(hd, d);
    hessian_product(at, room, hd);
    return hd;
  }
  /// At theta + by d.
  Vector<double> gradient(double by, const Vector<double>& d) {
    const Vector<double> theta("theta", d.extent(0)), g("gradient", d.extent(0));
    Kokkos::deep_copy(theta, pair.theta);
    axpby<double>(by, d, 1.0, theta);
    pair.network.forward(theta, pair.my_rows(pair.x), pair.tape);
    loss_gradient({pair.network, theta, pair.tape, at.y, at.samples, at.loss}, room, g);
    pair.network.forward(pair.theta, pair.my_rows(pair.x), pair.tape);
    return g;
  }

  NetworkPair pair;
  Matrix<double> y;
  LossPoint<double> at;
  ParameterSpace space;
  HessianRoom<double> room;
};

class Hessian : public ::testing::TestWithParam<Case> {};
class SpectrumOfHessian : public ::testing::TestWithParam<Case> {};

/// Those whose whole Hessian is quickly solved.
std::vector<Case> small_cases() {
  std::vector<Case> all = second_order_cases();
  std::erase_if(all, [](const Case& test) {
    return network_of(test, make_grid(Communicator::self(), 1)).parameters() > 400;
  });
  return all;
}

TEST_P(Hessian, ProductIsTheDifferenceOfGradients) {
  for (const int width : grids(GetParam())) {
    for (const Loss& loss : {Loss{}, Loss{LossKind::cross_entropy, 0.1}}) {
      Surface surface(GetParam(), width, loss);
      const Vector<double> d = surface.direction(31);
      const Vector<double> got = surface.product(d);
      const double h = 1e-6;
      const Vector<double> plus = surface.gradient(h, d), minus = surface.gradient(-h, d);
      axpby<double>(-0.5 / h, minus, 0.5 / h, plus);
      EXPECT_LT(largest_difference(plus, got), 1e-6);
    }
  }
}

TEST_P(Hessian, ProductsOfAnOperatorAreAllAsItsFirst) {
  for (const int width : grids(GetParam())) {
    Surface surface(GetParam(), width), fresh(GetParam(), width);
    const Index local = surface.space.local_size();
    const Matrix<double> x("x", 1, local);
    surface.space.take<double, double>(surface.direction(34), flat(x));
    const auto product_by = [&](const auto& op) {
      const Matrix<double> y("y", 1, local);
      op.apply(x, y);
      return y;
    };
    const HessianOperator<double> op(surface.at, surface.space, surface.room);
    const Matrix<double> first = product_by(op);
    EXPECT_EQ(largest_difference(product_by(op), first), 0.0);
    // Nothing of these targets is left for others at the same theta.
    const Matrix<double> others = random_matrix<double>(GetParam().samples, GetParam().outputs, 77);
    surface.at.y = surface.pair.my_rows(others);
    fresh.at.y = surface.at.y;
    const HessianOperator<double> moved(surface.at, surface.space, surface.room);
    const HessianOperator<double> known(fresh.at, fresh.space, fresh.room);
    EXPECT_EQ(largest_difference(product_by(moved), product_by(known)), 0.0);
  }
}

TEST_P(Hessian, IsSymmetricOverAllRanks) {
  for (const int width : grids(GetParam())) {
    Surface surface(GetParam(), width);
    const Vector<double> d = surface.direction(32), e = surface.direction(33);
    const double left = surface.space.dot<double>(e, surface.product(d));
    const double right = surface.space.dot<double>(d, surface.product(e));
    EXPECT_NEAR(left, right, 1e-11 * (1.0 + std::abs(left)));
    // Each parameter counts once, however many ranks hold it.
    const Vector<double> whole("whole", surface.pair.whole.parameters());
    initialize(surface.pair.whole, 32, whole);
    const double square = dot<double>(whole, whole);
    EXPECT_NEAR(surface.space.dot<double>(d, d), square, 1e-12 * square);
  }
}

TEST_P(SpectrumOfHessian, HasTheSameDensityAndTraceOnEveryGrid) {
  for (const int width : grids(GetParam())) {
    Surface surface(GetParam(), width);
    const HessianOperator<double> op(surface.at, surface.space, surface.room);
    const Probes probes = signs_of_parameters(surface.pair.network, surface.space);
    const SpectralDensity found = density_of(op, probes, {3, 6});
    const TraceEstimate trace = estimate_trace(op, probes, 12);
    // Of the network on this rank alone.
    const Network<double>& alone = surface.pair.whole;
    const ParameterSpace space(alone);
    HessianRoom<double> room;
    const HessianOperator<double> known(
        {alone, surface.pair.whole_theta, surface.pair.whole_tape, surface.y, GetParam().samples},
        space, room);
    const Probes signs = signs_of_parameters(alone, space);
    const double unit = largest_eigenvalues(known, {1, 1e-6}).values.at(0);
    EXPECT_NEAR(found.mean, density_of(known, signs, {3, 6}).mean, 1e-10 * unit);
    EXPECT_NEAR(found.mean_error, density_of(known, signs, {3, 6}).mean_error, 1e-10 * unit);
    EXPECT_NEAR(trace.value, estimate_trace(known, signs, 12).value, 1e-7 * unit);
  }
}

TEST_P(SpectrumOfHessian, IsThatOfTheWholeMatrixOnEveryGrid) {
  for (const int width : grids(GetParam())) {
    Surface surface(GetParam(), width);
    const HessianOperator<double> op(surface.at, surface.space, surface.room);
    const Spectrum found = largest_eigenvalues(op, {2, 1e-9});
    EXPECT_TRUE(found.converged);
    // By a dense solver, of the network on this rank alone.
    const Network<double>& alone = surface.pair.whole;
    const LossPoint<double> there{alone, surface.pair.whole_theta, surface.pair.whole_tape,
                                  surface.y, GetParam().samples};
    std::vector<double> matrix;
    HessianRoom<double> room;
    for (Index column = 0; column < alone.parameters(); ++column) {
      std::vector<double> axis(static_cast<std::size_t>(alone.parameters()), 0.0);
      axis[static_cast<std::size_t>(column)] = 1.0;
      const Vector<double> d = filled(axis);
      hessian_product(there, room, d);
      const std::vector<double> values = values_of(d);
      matrix.insert(matrix.end(), values.begin(), values.end());
    }
    const std::vector<double> all = symmetric_eigen(matrix, alone.parameters());
    EXPECT_NEAR(found.values.at(0), all[0], 1e-7 * all[0]);
    EXPECT_NEAR(found.values.at(1), all[1], 1e-7 * all[0]);
    TopEigenvalueTracker tracker(1e-6, {4, 16});
    const TopEigenvalue top = tracker.measure(op);
    EXPECT_TRUE(top.converged);
    EXPECT_NEAR(top.value, all[0], 1e-6 * all[0]);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Hessian, ::testing::ValuesIn(second_order_cases()),
                         [](const auto& info) { return info.param.name; });

TEST_P(SpectrumOfHessian, OfItsGaussNewtonPartIsThatOfTheWeightedKernel) {
  const Loss loss{LossKind::cross_entropy, 0.0};
  const Case& test = GetParam();
  for (const int width : grids(test)) {
    Surface surface(test, width, loss);
    NetworkPair& pair = surface.pair;
    pair.network.prepare_kernel(pair.theta, pair.tape, test.samples, false, KernelForm::cheapest);
    const NtkOperator<double> kernel(pair.network, pair.theta, pair.tape, test.samples, loss,
                                     surface.at.y);
    const Spectrum found = largest_eigenvalues(kernel, {1, 1e-10});
    // J^T (d^2 L/df^2) J, column by column, on this rank alone.
    const Matrix<double> moved("moved", test.samples, test.outputs);
    std::vector<double> matrix;
    for (Index column = 0; column < pair.whole.parameters(); ++column) {
      std::vector<double> axis(static_cast<std::size_t>(pair.whole.parameters()), 0.0);
      axis[static_cast<std::size_t>(column)] = 1.0;
      const Vector<double> d = filled(axis);
      pair.whole.pushforward(pair.whole_theta, pair.whole_tape, d, moved);
      loss_tangent(loss, pair.whole_tape.outputs(), surface.y, moved, test.samples, moved);
      pair.whole.pullback(pair.whole_theta, pair.whole_tape, moved, {d, 1.0, 0.0});
      const std::vector<double> values = values_of(d);
      matrix.insert(matrix.end(), values.begin(), values.end());
    }
    const std::vector<double> all = symmetric_eigen(matrix, pair.whole.parameters());
    EXPECT_NEAR(found.values.at(0), all[0], 1e-8 * all[0] + 1e-14);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, SpectrumOfHessian, ::testing::ValuesIn(small_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(HessianInSinglePrecision, IsThatInDoubleToRounding) {
  const ModelOptions model = model_of({9, 8}, "tanh", "ntk", 0.1);
  const Grid grid = make_grid(Communicator(MPI_COMM_WORLD), 1);
  const Index samples = 10;
  const auto product_by = [&]<class Real>(Real) {
    const Network<Real> network = build_network<Real>(model, {5, 3, {}}, grid);
    const Vector<Real> theta("theta", network.parameters()), d("d", network.parameters());
    initialize(network, 5, theta);
    initialize(network, 31, d);
    Tape<Real> tape = network.make_tape(samples);
    const Block mine = block_of(samples, grid.samples.size(), grid.samples.rank());
    const auto rows = [&](const Matrix<Real>& all) -> Matrix<Real> {
      return Kokkos::subview(all, std::pair(mine.begin, mine.end), Kokkos::ALL);
    };
    const Matrix<Real> x = random_matrix<Real>(samples, 5, 1);  // the tape refers to it
    network.forward(theta, rows(x), tape);
    HessianRoom<Real> room;
    hessian_product({network, theta, tape, rows(random_matrix<Real>(samples, 3, 2)), samples}, room,
                    d);
    const std::vector<Real> values = values_of(d);
    return std::vector<double>(values.begin(), values.end());
  };
  const std::vector<double> rough = product_by(float{}), fine = product_by(double{});
  for (std::size_t i = 0; i < fine.size(); ++i) EXPECT_NEAR(rough[i], fine[i], 1e-5);
}

}  // namespace
}  // namespace catapult::testing
