// The largest eigenvalue of an operator whose eigenvalues cross.
#include "spectra/tracker.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/partition.hpp"

namespace catapult {
namespace {

/// Eigenvalues given, eigenvectors those of the discrete cosine of the mode's number: spread over
/// all ranks, known to each.
class Modes final : public SymmetricOperator {
 public:
  explicit Modes(std::vector<double> values)
      : values_(std::move(values)),
        size_(static_cast<Index>(values_.size())),
        mine_(block_of(size_, world_.size(), world_.rank())) {}

  const Communicator& ranks() const override { return world_; }
  Index local_size() const override { return mine_.size(); }
  void apply(const double* x, double* y, Index vectors) const override {
    for (Index v = 0; v < vectors; ++v) {
      const double* from = x + v * mine_.size();
      double* to = y + v * mine_.size();
      std::vector<double> amplitudes(values_.size(), 0.0);
      for (Index mode = 0; mode < size_; ++mode) {
        auto& amplitude = amplitudes[static_cast<std::size_t>(mode)];
        for (Index i = mine_.begin; i < mine_.end; ++i) {
          amplitude += vector(mode, i) * from[i - mine_.begin];
        }
      }
      world_.sum(amplitudes.data(), size_);
      for (Index i = mine_.begin; i < mine_.end; ++i) {
        double sum = 0.0;
        for (Index mode = 0; mode < size_; ++mode) {
          const auto m = static_cast<std::size_t>(mode);
          sum += values_[m] * amplitudes[m] * vector(mode, i);
        }
        to[i - mine_.begin] = sum;
      }
    }
  }
  double largest() const { return *std::max_element(values_.begin(), values_.end()); }

 private:
  double vector(Index mode, Index i) const {
    const double n = static_cast<double>(size_);
    const double norm = mode == 0 ? std::sqrt(1.0 / n) : std::sqrt(2.0 / n);
    return norm * std::cos(M_PI * static_cast<double>(mode) * (static_cast<double>(i) + 0.5) / n);
  }

  Communicator world_{MPI_COMM_WORLD};
  std::vector<double> values_;
  Index size_;
  Block mine_;
};

/// A bulk below 1, and a top that falls through it while another rises, as in the catapult.
Modes crossing(double time) {
  std::vector<double> values(40);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 0.9 * static_cast<double>(i % 13) / 13.0;
  }
  values[3] = 3.0 - 2.5 * time;
  values[17] = 1.0 + 1.5 * time;
  return Modes(values);
}

TEST(TopEigenvalueTracker, FollowsTheLargestThroughACrossing) {
  for (const double tolerance : {1e-3, 1e-6}) {
    TopEigenvalueTracker tracker(tolerance);
    for (int step = 0; step <= 20; ++step) {
      const Modes op = crossing(0.05 * step);
      const TopEigenvalue top = tracker.measure(op);
      EXPECT_TRUE(top.converged);
      EXPECT_NEAR(top.value / op.largest(), 1.0, 2 * tolerance) << "step " << step;
    }
  }
}

TEST(TopEigenvalueTracker, FindsANewTopThatTheOldVectorDoesNotSee) {
  // The eigenvector of the old top stays one, exactly: its residual alone says all is well.
  TopEigenvalueTracker tracker(1e-6);
  EXPECT_NEAR(tracker.measure(crossing(0.0)).value, 3.0, 1e-5);
  const Modes jumped = crossing(1.0);
  EXPECT_NEAR(tracker.measure(jumped).value, 2.5, 1e-5);
}

TEST(TopEigenvalueTracker, CostsOneProductAMeasurementOnceNothingChanges) {
  TopEigenvalueTracker tracker(1e-4);
  const Modes op = crossing(0.2);
  Index products = 0;
  for (int i = 0; i < 100; ++i) products += tracker.measure(op).products;
  EXPECT_LT(products, 200);
}

}  // namespace
}  // namespace catapult
