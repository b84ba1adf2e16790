// The real MNIST and CIFAR-10, where they are at hand: sizes, label counts, means.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAreArray;
using testing::load;
using testing::to_vector;
namespace fs = std::filesystem;

/// The first folder of this name, "" where there is none.
std::string find_folder(const std::string& name) {
  const char* root = std::getenv("CATAPULT_DATA");
  const fs::path source = CATAPULT_SOURCE_DIR;
  for (const fs::path& place :
       {fs::path(root ? root : ""), source / "inputs/data", source / "../shared/data"}) {
    if (!place.empty() && fs::is_directory(place / name)) return place / name;
  }
  return "";
}

std::vector<Index> label_counts(const Samples<float>& samples) {
  std::vector<Index> counts(static_cast<std::size_t>(samples.outputs()), 0);
  const auto y = to_host(samples.y);
  for (Index sample = 0; sample < samples.size(); ++sample) {
    for (Index output = 0; output < samples.outputs(); ++output) {
      counts[static_cast<std::size_t>(output)] += y(sample, output) == 1.0f;
    }
  }
  return counts;
}

double mean(const Matrix<float>& matrix) {
  double sum = 0.0;
  const auto host = to_host(matrix);
  for (std::size_t i = 0; i < host.size(); ++i) sum += host.data()[i];
  return sum / static_cast<double>(host.size());
}

double deviation(const Matrix<float>& matrix) {
  const double centre = mean(matrix);
  double squares = 0.0;
  const auto host = to_host(matrix);
  for (std::size_t i = 0; i < host.size(); ++i) squares += std::pow(host.data()[i] - centre, 2);
  return std::sqrt(squares / static_cast<double>(host.size()));
}

TEST(RealData, MnistHasItsPublishedSizesCountsAndMoments) {
  DataOptions options;
  options.path = find_folder("mnist");
  if (options.path.empty()) {
    GTEST_SKIP() << "no MNIST here; run inputs/data/fetch.sh mnist or set CATAPULT_DATA";
  }
  options.preprocessing = "unit";
  EXPECT_EQ(probe(options), (DataShape{60000, 10000, 784, 10, "", {1, 28, 28}}));
  const auto data = load<float>(options);
  EXPECT_THAT(label_counts(data.train),
              ElementsAreArray({5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_THAT(label_counts(data.test),
              ElementsAreArray({980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
  EXPECT_NEAR(mean(data.train.x), 0.130660, 1e-6);
  EXPECT_NEAR(deviation(data.train.x), 0.308108, 1e-6);
  EXPECT_NEAR(mean(data.test.x), 0.132515, 1e-6);
  EXPECT_NEAR(deviation(data.test.x), 0.310480, 1e-6);
}

TEST(RealData, CifarTestPartHasItsPublishedSizesCountsAndMeans) {
  DataOptions options;
  options.source = "cifar10";
  options.path = find_folder("cifar-10-batches-bin");
  if (options.path.empty()) {
    GTEST_SKIP() << "no CIFAR-10 here; run inputs/data/fetch.sh cifar10 or set CATAPULT_DATA";
  }
  options.preprocessing = "unit";
  options.train_samples = 10000;  // the first batch, which alone may be there
  const auto data = load<float>(options);
  EXPECT_EQ(data.train.inputs(), 3072);
  EXPECT_THAT(label_counts(data.train),
              ElementsAreArray({1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981}));
  EXPECT_THAT(label_counts(data.test), ElementsAreArray(std::vector<Index>(10, 1000)));
  const auto plane = [&](Index colour) {
    const Matrix<float> pixels("plane", 10000, 1024);
    Kokkos::deep_copy(pixels,
                      Kokkos::subview(data.test.x, Kokkos::ALL,
                                      Kokkos::make_pair(1024 * colour, 1024 * colour + 1024)));
    return mean(pixels);
  };
  EXPECT_NEAR(plane(0), 0.49421, 1e-5);
  EXPECT_NEAR(plane(1), 0.48513, 1e-5);
  EXPECT_NEAR(plane(2), 0.45041, 1e-5);
}

}  // namespace
}  // namespace catapult
