// What theory says of quadratic models (Zhu, Liu, Radhakrishnan, Belkin, arXiv:2205.11787): maps of
// few numbers that they follow exactly, and catapults of one eigenvalue or of two.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "twin/member.hpp"

namespace catapult::testing {
namespace {

class QuadraticTwin : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Spread, QuadraticTwin, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "samples" : "width"; });

/// f_quad of one ReLU layer along x: with r = f - y, v = eta lambda, q = eta^2 |x|^2/(width inputs)
///   r <- (1 - v + q r (r + y)) r,  v <- v - q r (4 (r + y) - v r)
struct QuadraticMap {
  double r, v, q, y;
  double first_r = r, highest = std::abs(r);

  void step() {
    const double f = r + y, next = (1.0 - v + q * r * f) * r;
    v -= q * r * (4.0 * f - v * r);
    r = next;
    highest = std::max(highest, std::abs(r));
  }
  /// Higher than at first, by far.
  bool has_risen() const { return highest > 2.0 * std::abs(first_r); }
};

/// f = n^(-1/2) v^T u x is quadratic in its parameters.
TEST_P(QuadraticTwin, OfTheSolvableModelIsTheModel) {
  ModelOptions model;
  model.kind = "solvable";
  model.width = 200;
  Member member(model, 1, 1, 1, GetParam());
  Kokkos::deep_copy(member.train.x, 1.0);
  Kokkos::deep_copy(member.train.y, 0.0);
  const Samples<double> batch = member.part(member.train);
  const double eta = 3.0 / member.basis().values()[0];
  const auto twin = member.fork(TwinKind::quadratic);
  for (int step = 0; step < 30; ++step) {
    EXPECT_LT(score_twin(*twin, batch, member.outputs(batch)).distance, 1e-9) << step;
    twin->step(eta);
    member.step(batch, 1, eta);
  }
}

TEST_P(QuadraticTwin, OfAReluLayerOnOneSampleObeysItsMap) {  // T11
  ModelOptions model = model_of({150}, "relu");
  model.sigma_w = 1.0;
  Member member(model, 1, 4, 1, GetParam());
  const Samples<double> batch = member.part(member.train);
  const double lambda = member.basis().values()[0], eta = 3.2 / lambda;
  double square = 0.0;
  for (const double x : values_of(member.train.x)) square += x * x;
  const double y = values_of(member.train.y)[0];
  const std::vector<double> f = values_of(member.outputs(batch));
  const double start = member.grid.samples.sum(f.empty() ? 0.0 : f[0] - y);
  const auto twin = member.fork(TwinKind::quadratic);
  QuadraticMap map{start, eta * lambda, eta * eta * square / (150.0 * 4.0), y};
  for (int step = 0; step < 25; ++step) {
    EXPECT_NEAR(score_twin(*twin, batch, batch.y).loss, map.r * map.r / 2.0,
                1e-9 * map.highest * map.highest / 2.0)
        << step;
    twin->step(eta);
    map.step();
  }
  EXPECT_TRUE(map.has_risen());  // a catapult it was
  EXPECT_LT(map.v, 2.0);
}

/// Of one input, samples of x > 0 see the neurons of u > 0 alone, and those of x < 0 the others:
/// the kernel has two eigenvectors, x on either side, along which f_quad obeys a map each.
class TwoModes {
 public:
  static constexpr Index width = 20000, samples = 5;

  explicit TwoModes(bool spread_samples)
      : member_(options(), samples, 1, 1, spread_samples), batch_(rows()) {
    lambda_ = member_.basis().values();
  }

  /// lambda_1, lambda_2; the others are 0.
  double lambda(std::size_t mode) const { return lambda_[mode]; }

  /// Takes 60 steps and compares with the maps, of which it returns what they went through.
  std::vector<QuadraticMap> run(double eta) {
    const auto twin = member_.fork(TwinKind::quadratic);
    std::vector<QuadraticMap> maps = {map(0, eta), map(1, eta)};
    for (int step = 0; step < 60; ++step) {
      const Matrix<double> f = twin->evaluate(batch_);
      for (std::size_t mode = 0; mode < 2; ++mode) {
        EXPECT_NEAR(along(mode, f), maps[mode].r, 1e-9 * maps[mode].highest) << mode << ' ' << step;
        maps[mode].step();
      }
      twin->step(eta);
    }
    return maps;
  }

 private:
  static ModelOptions options() {
    ModelOptions model = model_of({width}, "relu");
    model.sigma_w = 1.0;
    return model;
  }
  /// |x|^2 is 4.24 on the positive side and 3.07 on the negative one.
  Samples<double> rows() const {
    const double x[] = {1.8, -1.4, 1.0, -0.7, -0.79}, y[] = {0.3, -0.2, 1.1, 0.5, -0.6};
    const auto column = [](const double* values) {
      return filled<double>(samples, 1, [=](Index i, Index) { return values[i]; });
    };
    Kokkos::deep_copy(member_.train.x, column(x));
    Kokkos::deep_copy(member_.train.y, column(y));
    return member_.part(member_.train);
  }
  /// p . (f - y), p = x/|x| on the side of `mode`, 0 on the other; or p . y, |x|^2.
  struct Side {
    double residual = 0.0, y = 0.0, square = 0.0;
  };
  Side side(std::size_t mode, const Matrix<double>& f) const {
    const std::vector<double> x = values_of(batch_.x), y = values_of(batch_.y), out = values_of(f);
    double sums[3] = {};
    for (std::size_t i = 0; i < x.size(); ++i) {
      if ((x[i] > 0.0) != (mode == 0)) continue;
      sums[0] += x[i] * (out[i] - y[i]), sums[1] += x[i] * y[i], sums[2] += x[i] * x[i];
    }
    member_.grid.samples.sum(sums, 3);
    const double length = std::sqrt(sums[2]);
    return {sums[0] / length, sums[1] / length, sums[2]};
  }
  double along(std::size_t mode, const Matrix<double>& f) const { return side(mode, f).residual; }
  QuadraticMap map(std::size_t mode, double eta) const {
    const Side start = side(mode, member_.outputs(batch_));
    const double step = eta / static_cast<double>(samples);
    return {start.residual, eta * lambda_[mode], step * step * start.square / width, start.y};
  }

  Member member_;
  Samples<double> batch_;
  std::vector<double> lambda_;
};

TEST_P(QuadraticTwin, CatapultsAlongTheTopEigenvectorAloneBelowTheSecondThreshold) {  // T12
  TwoModes modes(GetParam());
  const double first = 2.0 / modes.lambda(0), second = 2.0 / modes.lambda(1);
  ASSERT_LT(1.1 * first, second);
  EXPECT_LT(modes.lambda(2), 1e-12 * modes.lambda(0));
  const auto maps = modes.run(0.5 * (first + second));
  EXPECT_TRUE(maps[0].has_risen());
  EXPECT_LT(maps[0].v, 2.0);
  EXPECT_EQ(maps[1].highest, std::abs(maps[1].first_r));
  EXPECT_NEAR(maps[1].v / (0.5 * (first + second) * modes.lambda(1)), 1.0, 0.02);
}

TEST_P(QuadraticTwin, CatapultsAlongBothEigenvectorsBeyondTheSecondThreshold) {  // T12
  TwoModes modes(GetParam());
  const double second = 2.0 / modes.lambda(1), last = 4.0 / modes.lambda(0);
  ASSERT_LT(1.1 * second, last);
  for (const QuadraticMap& map : modes.run(0.5 * (second + last))) {
    EXPECT_TRUE(map.has_risen());
    EXPECT_LT(map.v, 2.0);
  }
}

}  // namespace
}  // namespace catapult::testing
