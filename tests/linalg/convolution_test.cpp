// Convolutions against plain loops, against each other, and bit by bit against themselves.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/random.hpp"
#include "harness/kokkos_calls.hpp"
#include "harness/views.hpp"
#include "linalg/convolution.hpp"
#include "linalg/product.hpp"

namespace catapult::testing {
namespace {

using Numbers = std::vector<double>;

struct Case {
  ConvolutionShape shape;
  Index images;
};

/// Odd sizes on purpose: windows that leave images and images that windows do not fill, one
/// channel, one pixel, as many images as make several blocks of patches.
std::vector<Case> cases() {
  std::vector<Case> all;
  const ImageShape images[] = {{1, 5, 7}, {3, 8, 5}, {5, 9, 6}, {16, 4, 4}, {2, 1, 1}};
  const Index channels[] = {1, 7, 16};
  for (const ImageShape& image : images) {
    for (const Index kernel : {1, 2, 3, 5}) {
      for (const Index stride : {1, 2, 3}) {
        const Index to = channels[(all.size() / 2 + all.size() / 6) % 3],
                    count = all.size() % 5 == 0 ? 1 : 5;
        all.push_back({same_convolution(image, to, kernel, stride), count});
        all.push_back({valid_convolution(image, to, kernel, stride), count});
      }
    }
  }
  all.push_back({same_convolution({3, 6, 5}, 4, 3, 1), 0});
  all.push_back({same_convolution({3, 6, 5}, 4, 1, 1), 0});
  all.push_back({same_convolution({24, 17, 13}, 20, 3, 1), 9});
  all.push_back({valid_convolution({64, 28, 30}, 9, 3, 2), 3});
  return all;
}

std::string describe(const Case& test) {
  const auto& [input, output, kernel, stride, top, left] = test.shape;
  return fmt::format("{} images {}x{}x{} to {}x{}x{}, kernel {}, stride {}, pad {} {}", test.images,
                     input.height, input.width, input.channels, output.height, output.width,
                     output.channels, kernel, stride, top, left);
}

Numbers random_numbers(Index count, std::uint32_t stream) {
  const RandomStream random(23, stream);
  Numbers numbers;
  for (Index i = 0; i < count; ++i) numbers.push_back(random.normal(i, 0));
  return numbers;
}

/// visit(place in x, place in w, place in z) wherever one number of each meets.
template <class Visit>
void for_meetings(const Case& test, const Visit& visit) {
  const auto& [input, output, kernel, stride, top, left] = test.shape;
  for (Index z = 0; z < test.images * output.positions(); ++z) {
    const Index image = z / output.positions(), place = z % output.positions();
    for (Index i = 0; i < kernel; ++i) {
      for (Index j = 0; j < kernel; ++j) {
        const Index row = place / output.width * stride + i - top;
        const Index column = place % output.width * stride + j - left;
        if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
        for (Index from = 0; from < input.channels; ++from) {
          for (Index to = 0; to < output.channels; ++to) {
            const Index pixel = (image * input.height + row) * input.width + column;
            visit(pixel * input.channels + from,
                  ((i * kernel + j) * input.channels + from) * output.channels + to,
                  z * output.channels + to);
          }
        }
      }
    }
  }
}

/// The three maps by plain loops, each added to `factor` times what is there.
struct Expected {
  explicit Expected(const Case& test)
      : x(random_numbers(test.images * test.shape.input.inputs(), 1)),
        w(random_numbers(test.shape.weights(), 2)),
        z(random_numbers(test.images * test.shape.output.inputs(), 3)),
        bias(random_numbers(test.shape.output.channels, 4)),
        test(test) {}

  Numbers forward(double alpha, double bias_factor, double beta) const {
    Numbers sum(z.size());
    for (std::size_t i = 0; i < z.size(); ++i) {
      sum[i] = beta * z[i] + bias_factor * bias[i % bias.size()];
    }
    for_meetings(test,
                 [&](Index i, Index j, Index k) { at(sum, k) += alpha * of(x, i) * of(w, j); });
    return sum;
  }
  Numbers backward_data(double alpha) const {
    Numbers sum(x.size(), 0.0);
    for_meetings(test,
                 [&](Index i, Index j, Index k) { at(sum, i) += alpha * of(z, k) * of(w, j); });
    return sum;
  }
  Numbers backward_weights(double alpha, double beta) const {
    Numbers sum(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) sum[i] = beta * w[i];
    for_meetings(test,
                 [&](Index i, Index j, Index k) { at(sum, j) += alpha * of(x, i) * of(z, k); });
    return sum;
  }
  Numbers backward_bias(double factor, double beta) const {
    Numbers sum(bias.size());
    for (std::size_t i = 0; i < bias.size(); ++i) sum[i] = beta * bias[i];
    for (std::size_t i = 0; i < z.size(); ++i) sum[i % bias.size()] += factor * z[i];
    return sum;
  }

  static double& at(Numbers& numbers, Index i) { return numbers[static_cast<std::size_t>(i)]; }
  static double of(const Numbers& numbers, Index i) { return numbers[static_cast<std::size_t>(i)]; }

  Numbers x, w, z, bias;
  Case test;
};

template <class Real>
Vector<Real> on_device(const Numbers& numbers) {
  return filled(std::vector<Real>(numbers.begin(), numbers.end()));
}

/// The maps on the same numbers, each on copies of its own.
template <class Real>
struct Computed {
  explicit Computed(const Expected& expected)
      : from(expected),
        convolution(expected.test.shape, expected.test.images),
        scratch("scratch", convolution.scratch_size()) {
    // What scratch holds is of no meaning.
    Kokkos::deep_copy(scratch, std::numeric_limits<Real>::quiet_NaN());
  }

  Vector<Real> forward(double alpha, double bias_factor, double beta) {
    const Vector<Real> z = on_device<Real>(beta == 0.0 ? nothing(from.z) : from.z);
    const Vector<Real> bias = bias_factor == 0.0 ? Vector<Real>() : on_device<Real>(from.bias);
    convolution.forward(alpha, on_device<Real>(from.x), on_device<Real>(from.w), bias_factor, bias,
                        beta, z, scratch);
    return z;
  }
  Vector<Real> backward_data(double alpha) {
    const Vector<Real> x = on_device<Real>(nothing(from.x));
    convolution.backward_data(alpha, on_device<Real>(from.z), on_device<Real>(from.w), x, scratch);
    return x;
  }
  /// weights, bias
  std::pair<Vector<Real>, Vector<Real>> backward_weights(double alpha, double bias_factor,
                                                         double beta) {
    const Vector<Real> w = on_device<Real>(beta == 0.0 ? nothing(from.w) : from.w);
    const Vector<Real> bias = on_device<Real>(beta == 0.0 ? nothing(from.bias) : from.bias);
    convolution.backward_weights(alpha, on_device<Real>(from.x), on_device<Real>(from.z), beta, w,
                                 bias_factor, bias_factor == 0.0 ? Vector<Real>() : bias, scratch);
    return {w, bias};
  }

  /// What a map must overwrite.
  static Numbers nothing(const Numbers& like) { return Numbers(like.size(), std::nan("")); }

  Expected from;
  Convolution<Real> convolution;
  Vector<Real> scratch;
};

/// Relative to the largest of the expected numbers.
template <class Real>
void expect_near(const Vector<Real>& got, const Numbers& expected, const char* map) {
  double largest = 1.0;
  for (const double number : expected) largest = std::max(largest, std::abs(number));
  const double rounding = std::is_same_v<Real, float> ? 2e-6 : 1e-14;
  EXPECT_LE(largest_difference(got, on_device<double>(expected)), rounding * largest) << map;
}

template <class Real>
class Convolutions : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Convolutions, Precisions);

TYPED_TEST(Convolutions, AreThePlainLoops) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(describe(test));
    const Expected expected(test);
    Computed<TypeParam> computed(expected);
    expect_near(computed.forward(1.0, 0.0, 0.0), expected.forward(1.0, 0.0, 0.0), "forward");
    expect_near(computed.forward(-0.7, 0.3, 0.0), expected.forward(-0.7, 0.3, 0.0), "with bias");
    expect_near(computed.forward(1.3, 0.0, 1.0), expected.forward(1.3, 0.0, 1.0), "added");
    expect_near(computed.forward(1.3, 0.6, 1.0), expected.forward(1.3, 0.6, 1.0), "added, bias");
    expect_near(computed.backward_data(-0.7), expected.backward_data(-0.7), "backward data");
    for (const double beta : {0.0, 1.0, 0.9}) {
      const auto [w, bias] = computed.backward_weights(-0.4, 0.3, beta);
      expect_near(w, expected.backward_weights(-0.4, beta), "backward weights");
      expect_near(bias, expected.backward_bias(0.3, beta), "backward bias");
      const auto [alone, untouched] = computed.backward_weights(1.7, 0.0, beta);
      expect_near(alone, expected.backward_weights(1.7, beta), "backward weights alone");
    }
  }
}

TYPED_TEST(Convolutions, GiveTheSameBitsEveryTime) {
  for (const Case& test : {Case{same_convolution({24, 17, 13}, 20, 3, 1), 9},
                           Case{valid_convolution({16, 13, 11}, 16, 3, 2), 33}}) {
    const Expected expected(test);
    Computed<TypeParam> computed(expected), other(expected);
    for (int repeat = 0; repeat < 3; ++repeat) {
      const auto [w, bias] = computed.backward_weights(-0.4, 0.3, 1.0);
      const auto [w_again, bias_again] = other.backward_weights(-0.4, 0.3, 1.0);
      EXPECT_EQ(values_of(w), values_of(w_again));
      EXPECT_EQ(values_of(bias), values_of(bias_again));
      EXPECT_EQ(values_of(computed.forward(0.7, 0.3, 1.0)),
                values_of(other.forward(0.7, 0.3, 1.0)));
      EXPECT_EQ(values_of(computed.backward_data(0.7)), values_of(other.backward_data(0.7)));
    }
  }
}

TYPED_TEST(Convolutions, CountTheirOperationsAndLaunches) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(describe(test));
    const Expected expected(test);
    Computed<TypeParam> computed(expected);
    const auto expect = [&](ConvolutionMap map, bool bias, const auto& call) {
      const double before = counted_flops();
      const int launches = counted_calls(call).launches;
      EXPECT_EQ(counted_flops() - before, test.shape.flops(test.images));
      if (test.shape.flops(test.images) == 0.0) return;
      EXPECT_EQ(launches, convolution_launches<TypeParam>(test.shape, test.images, map, bias));
    };
    const Vector<TypeParam> x = on_device<TypeParam>(expected.x),
                            w = on_device<TypeParam>(expected.w);
    const Vector<TypeParam> z = on_device<TypeParam>(expected.z),
                            b = on_device<TypeParam>(expected.bias);
    const Vector<TypeParam> none, scratch = computed.scratch;
    auto& maps = computed.convolution;
    using enum ConvolutionMap;
    expect(forward, true, [&] { maps.forward(1.0, x, w, 0.1, b, 1.0, z, scratch); });
    expect(forward, false, [&] { maps.forward(1.0, x, w, 0.0, none, 0.0, z, scratch); });
    expect(backward_data, false, [&] { maps.backward_data(1.0, z, w, x, scratch); });
    expect(backward_weights, true,
           [&] { maps.backward_weights(1.0, x, z, 0.0, w, 0.1, b, scratch); });
    expect(backward_weights, false,
           [&] { maps.backward_weights(1.0, x, z, 1.0, w, 0.0, none, scratch); });
  }
}

TYPED_TEST(Convolutions, RefuseSizesThatDoNotAgree) {
  const Case test{same_convolution({3, 6, 5}, 4, 3, 1), 2};
  const Expected expected(test);
  Computed<TypeParam> computed(expected);
  const Vector<TypeParam> x = on_device<TypeParam>(expected.x),
                          w = on_device<TypeParam>(expected.w);
  const Vector<TypeParam> z = on_device<TypeParam>(expected.z),
                          b = on_device<TypeParam>(expected.bias);
  const Vector<TypeParam> none, scratch = computed.scratch;
  auto& maps = computed.convolution;
  EXPECT_THROW(maps.forward(1.0, z, w, 0.0, none, 0.0, x, scratch), std::logic_error);
  EXPECT_THROW(maps.forward(1.0, x, b, 0.0, none, 0.0, z, scratch), std::logic_error);
  EXPECT_THROW(maps.forward(1.0, x, w, 0.1, w, 0.0, z, scratch), std::logic_error);
  EXPECT_THROW(maps.forward(1.0, x, w, 0.0, none, 0.0, z, none), std::logic_error);
  EXPECT_THROW(maps.backward_data(1.0, z, w, w, scratch), std::logic_error);
  EXPECT_THROW(maps.backward_weights(1.0, x, x, 0.0, w, 0.0, none, scratch), std::logic_error);
  EXPECT_THROW(maps.backward_weights(1.0, x, z, 0.0, w, 0.1, w, scratch), std::logic_error);
}

TEST(ConvolutionShape, SamePadsTheSmallerHalfFirst) {
  const ConvolutionShape even = same_convolution({3, 32, 9}, 4, 3, 2);
  EXPECT_EQ(even.output, (ImageShape{4, 16, 5}));
  EXPECT_EQ(even.pad_top, 0);   // one row of zeros in all, below
  EXPECT_EQ(even.pad_left, 1);  // two columns
  EXPECT_EQ(same_convolution({1, 7, 7}, 1, 1, 3).pad_top, 0);
  EXPECT_EQ(same_convolution({1, 7, 7}, 1, 5, 1).pad_top, 2);
}

TEST(ConvolutionShape, ValidDropsWhatFillsNoWindow) {
  EXPECT_EQ(valid_convolution({3, 9, 8}, 4, 3, 2).output, (ImageShape{4, 4, 3}));
  EXPECT_EQ(valid_convolution({3, 2, 8}, 4, 3, 1).output.positions(), 0);
}

}  // namespace
}  // namespace catapult::testing
