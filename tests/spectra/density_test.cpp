// Density and trace of operators whose spectrum is known.
#include "spectra/density.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/error.hpp"
#include "spectra/estimate.hpp"
#include "spectra/spectra.hpp"
#include "spectra/trace.hpp"

namespace catapult::testing {
namespace {

/// Values from -1 to 1 without gaps, and one far above.
std::vector<double> bulk_and_outlier(Index size) {
  std::vector<double> values;
  for (Index i = 0; i < size; ++i) {
    const double place = static_cast<double>(i) / static_cast<double>(size - 1);
    values.push_back(std::sin(4.0 * place) * place);
  }
  values[static_cast<std::size_t>(size / 2)] = 3.0;
  return values;
}

double dot(const SymmetricOperator<double>& op, const std::vector<double>& x,
           const std::vector<double>& y) {
  return op.ranks().sum(std::inner_product(x.begin(), x.end(), y.begin(), 0.0));
}

double moment(const Quadrature& quadrature, Index power) {
  double sum = 0.0;
  for (std::size_t i = 0; i < quadrature.nodes.size(); ++i) {
    sum += quadrature.weights[i] * std::pow(quadrature.nodes[i], static_cast<double>(power));
  }
  return sum;
}

double integral(const SpectralDensity& density) {
  const double step = density.grid[1] - density.grid[0];
  return std::accumulate(density.density.begin(), density.density.end(), 0.0) * step;
}

/// The values themselves, broadened.
double broadened(const std::vector<double>& values, double width, double at) {
  double sum = 0.0;
  for (const double value : values) sum += std::exp(-0.5 * std::pow((at - value) / width, 2));
  return sum / (static_cast<double>(values.size()) * width * std::sqrt(2.0 * std::numbers::pi));
}

class QuadratureOf : public ::testing::TestWithParam<Layout> {};

TEST_P(QuadratureOf, AProbeHasItsMomentsBelowTwiceTheSteps) {
  const Reflected op(bulk_and_outlier(60), GetParam());
  const Probes probes = signs_by_index(op);
  std::vector<double> x(static_cast<std::size_t>(op.local_size()));
  for (const Index steps : {1, 2, 5, 9}) {
    for (Index number = 0; number < 3; ++number) {
      probes(number, x.data());
      SpreadVectors room(op.ranks(), op.local_size(), steps);
      const Quadrature found = quadrature_of(op, x.data(), room);
      ASSERT_EQ(static_cast<Index>(found.nodes.size()), steps);
      std::vector<double> power = x;  // A^p x
      for (Index p = 0; p <= 2 * steps; ++p) {
        const double known = dot(op, x, power) / dot(op, x, x);
        const double unit = std::pow(3.0, static_cast<double>(p));
        if (p < 2 * steps) {
          EXPECT_NEAR(moment(found, p), known, 1e-12 * unit) << p;
        } else if (steps < 3) {  // of later ones rounding hides it
          EXPECT_GT(std::abs(moment(found, p) - known), 1e-6 * unit) << p;
        }
        power = product_of(op, power, op.local_size());
      }
    }
  }
}

TEST_P(QuadratureOf, FewDistinctValuesEndsWhereTheKrylovSpaceDoes) {
  std::vector<double> values = decay(40, 10, 20);  // 1, 1/2 and 0
  const Reflected op(values, GetParam());
  std::vector<double> x(static_cast<std::size_t>(op.local_size()));
  signs_by_index(op)(0, x.data());
  SpreadVectors room(op.ranks(), op.local_size(), 30);
  const Quadrature found = quadrature_of(op, x.data(), room);
  ASSERT_EQ(found.nodes.size(), 3U);
  EXPECT_NEAR(found.nodes[0], 1.0, 1e-12);
  EXPECT_NEAR(found.nodes[1], 0.5, 1e-12);
  EXPECT_NEAR(found.nodes[2], 0.0, 1e-12);
  EXPECT_NEAR(moment(found, 0), 1.0, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Layouts, QuadratureOf,
                         ::testing::Values(Layout::all_ranks, Layout::last_rank),
                         [](const auto& info) {
                           return info.param == Layout::all_ranks ? "all_ranks" : "last_rank";
                         });

TEST(Density, ErrorBarsCoverThatOfTheEigenvalues) {
  const std::vector<double> values = bulk_and_outlier(80);
  const Reflected op(values);
  // As many steps as there are values: no error is left but that of the probes.
  const SpectralDensity density = density_of(op, signs_by_index(op), {200, 80});
  EXPECT_NEAR(integral(density), 1.0, 1e-6);
  EXPECT_GT(density.width, 0.0);
  double covered = 0.0, looked_at = 0.0;
  for (std::size_t i = 0; i < density.grid.size(); i += 7) {
    const double known = broadened(values, density.width, density.grid[i]);
    if (known < 1e-3) continue;
    const double off = std::abs(density.density[i] - known);
    EXPECT_LT(off, 5.0 * density.error[i]) << density.grid[i];
    covered += off < 2.0 * density.error[i] ? 1.0 : 0.0;
    looked_at += 1.0;
  }
  EXPECT_GT(looked_at, 50.0);
  EXPECT_GT(covered / looked_at, 0.85) << looked_at;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 80.0;
  EXPECT_GT(density.mean_error, 0.0);
  EXPECT_LT(std::abs(density.mean - mean), 3.0 * density.mean_error);
}

TEST(Density, MoreProbesAreAsMuchNearer) {
  const Reflected op(bulk_and_outlier(150));
  const SpectralDensity few = density_of(op, signs_by_index(op), {8, 20});
  const SpectralDensity many = density_of(op, signs_by_index(op), {72, 20});
  EXPECT_EQ(few.products, 8 * 20);
  const double ratio = few.mean_error / many.mean_error;  // 3, within what eight probes tell
  EXPECT_GT(ratio, 1.5);
  EXPECT_LT(ratio, 6.0);
}

TEST(Density, OfOneProbeHasNoErrorBars) {
  const Reflected op(decay(30, 1, 30));
  const SpectralDensity density = density_of(op, signs_by_index(op), {1, 8});
  EXPECT_TRUE(std::isnan(density.mean_error));
  EXPECT_TRUE(std::isnan(density.error[3]));
  EXPECT_NEAR(integral(density), 1.0, 1e-6);
}

TEST(Density, OfEqualEigenvaluesIsOneGaussian) {
  for (const double value : {2.0, 0.0}) {
    const Reflected op(std::vector<double>(12, value));
    const SpectralDensity density = density_of(op, signs_by_index(op), {3, 8});
    EXPECT_NEAR(integral(density), 1.0, 1e-6);
    EXPECT_NEAR(density.mean, value, 1e-12);
    EXPECT_EQ(density.products, 3);
  }
}

TEST(Density, DoesNotDependOnTheRanks) {
  // Rows of ones and a diagonal: a matrix that every rank can write down.
  class Simple final : public HostOperator {
   public:
    explicit Simple(const Communicator& ranks)
        : ranks_(ranks), mine_(block_of(41, ranks.size(), ranks.rank())) {}
    const Communicator& ranks() const override { return ranks_; }
    Index local_size() const override { return mine_.size(); }
    void multiply(const double* x, double* y, Index vectors) const override {
      for (Index v = 0; v < vectors; ++v) {
        const double* from = x + v * mine_.size();
        const double sum = ranks_.sum(std::accumulate(from, from + mine_.size(), 0.0));
        for (Index i = 0; i < mine_.size(); ++i) {
          y[v * mine_.size() + i] = sum / 41.0 + std::cos(double(mine_.begin + i)) * from[i];
        }
      }
    }

   private:
    Communicator ranks_;
    Block mine_;
  };
  const Simple together{Communicator(MPI_COMM_WORLD)}, alone{Communicator::self()};
  const SpectralDensity a = density_of(together, signs_by_index(together), {3, 12});
  const SpectralDensity b = density_of(alone, signs_by_index(alone), {3, 12});
  ASSERT_EQ(a.grid.size(), b.grid.size());
  for (std::size_t i = 0; i < a.grid.size(); ++i) {
    EXPECT_NEAR(a.density[i], b.density[i], 1e-8);
  }
  EXPECT_NEAR(a.mean, b.mean, 1e-12);
  const TraceEstimate s = estimate_trace(together, signs_by_index(together), 15);
  const TraceEstimate t = estimate_trace(alone, signs_by_index(alone), 15);
  EXPECT_NEAR(s.value, t.value, 1e-11);
  EXPECT_NEAR(s.error, t.error, 1e-11);
}

TEST(Trace, OfLowRankIsExact) {
  const Reflected op(decay(200, 1, 7));
  const std::vector<double> values = decay(200, 1, 7);
  const double known = std::accumulate(values.begin(), values.end(), 0.0);
  const TraceEstimate trace = estimate_trace(op, signs_by_index(op), 30);
  EXPECT_NEAR(trace.value, known, 1e-10);
  EXPECT_NEAR(trace.captured, known, 1e-10);
  EXPECT_LT(trace.error, 1e-10);
  EXPECT_EQ(trace.products, 30);
}

TEST(Trace, OfMoreProductsThanElementsIsExact) {
  const Reflected op({0.5, -2.0, 1.25, 3.0});
  EXPECT_NEAR(estimate_trace(op, signs_by_index(op), 40).value, 2.75, 1e-12);
}

/// Probes from number `first` on.
Probes after(Index first, const Probes& probes) {
  return [first, probes](Index number, double* x) { probes(first + number, x); };
}

TEST(Trace, IsUnbiasedWithinItsErrorBars) {
  const std::vector<double> values = bulk_and_outlier(120);
  const Reflected op(values);
  const double known = std::accumulate(values.begin(), values.end(), 0.0);
  std::vector<double> found, in_errors;
  for (Index trial = 0; trial < 60; ++trial) {
    const TraceEstimate trace = estimate_trace(op, after(1000 * trial, signs_by_index(op)), 36);
    found.push_back(trace.value);
    in_errors.push_back(std::pow((trace.value - known) / trace.error, 2));
  }
  const Estimate mean = estimate_of(found);
  EXPECT_LT(std::abs(mean.mean - known), 3.0 * mean.error);
  // Student's t of 11 degrees of freedom: 11/9.
  EXPECT_NEAR(estimate_of(in_errors).mean, 11.0 / 9.0, 4.0 * estimate_of(in_errors).error);
  EXPECT_LT(estimate_of(in_errors).mean, 2.0);
}

TEST(Trace, OfADecayIsNearerThanHutchinsonsAtAsManyProducts) {
  std::vector<double> values = decay(300, 1, 300);
  for (double& value : values) value *= value;
  const Reflected op(values);
  const double known = std::accumulate(values.begin(), values.end(), 0.0);
  double ours = 0.0, hutchinson = 0.0;
  std::vector<double> x(static_cast<std::size_t>(op.local_size()));
  for (Index trial = 0; trial < 10; ++trial) {
    const Probes probes = after(1000 * trial, signs_by_index(op));
    ours += std::pow(estimate_trace(op, probes, 48).value - known, 2);
    double sum = 0.0;
    for (Index number = 0; number < 48; ++number) {
      probes(number, x.data());
      sum += dot(op, x, product_of(op, x, op.local_size())) / 48.0;
    }
    hutchinson += std::pow(sum - known, 2);
  }
  EXPECT_LT(ours, hutchinson / 100.0);  // ten times nearer
}

TEST(Probes, OfAnOperatorThatIsNotFiniteAreRefused) {
  class Broken final : public HostOperator {
   public:
    const Communicator& ranks() const override { return world_; }
    Index local_size() const override { return 7; }
    void multiply(const double*, double* y, Index vectors) const override {
      std::fill_n(y, vectors * 7, std::numeric_limits<double>::quiet_NaN());
    }

   private:
    Communicator world_{MPI_COMM_WORLD};
  };
  const Broken op;
  EXPECT_THROW(density_of(op, signs_by_index(op), {2, 4}), NotFiniteError);
  EXPECT_THROW(estimate_trace(op, signs_by_index(op), 9), NotFiniteError);
}

}  // namespace
}  // namespace catapult::testing
