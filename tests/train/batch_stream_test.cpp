// Batches as training sees them: augmented, on any number of ranks, from any step on.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "train/batch_stream.hpp"

namespace catapult {
namespace {

constexpr ImageShape odd{2, 3, 5};
constexpr Index samples = 11;

using Rows = std::vector<std::vector<double>>;

/// All pixels of all samples differ, and none is 0; y is one-hot of the sample.
template <class Real>
Samples<Real> all_samples(const ImageShape& image) {
  const HostMatrix<Real> x("x", samples, odd.inputs()), y("y", samples, samples);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<Real>(i + 1);
  for (Index sample = 0; sample < samples; ++sample) y(sample, sample) = Real{1};
  return {to_device(x), to_device(y), image};
}

template <class Real>
BatchStream<Real> stream_of(const Augmentation& augmentation, Index batch,
                            const Communicator& ranks, const ImageShape& image = odd) {
  const Block mine = block_of(samples, ranks.size(), ranks.rank());
  const SpreadSamples<Real> train(rows(all_samples<Real>(image), mine), samples, ranks);
  return BatchStream<Real>(train, BatchOrder(samples, batch, 2), augmentation);
}

template <class Real>
Rows rows_of(const Matrix<Real>& matrix, const Communicator& ranks) {
  const auto host = to_host(matrix);
  const std::vector<double> all =
      ranks.concatenate(std::vector<double>(host.data(), host.data() + host.size()));
  const auto columns = static_cast<std::ptrdiff_t>(host.extent(1));
  Rows out;
  for (auto at = all.begin(); at != all.end(); at += columns) out.emplace_back(at, at + columns);
  return out;
}

/// A batch of all ranks.
struct Batch {
  Rows x, y;
  bool operator==(const Batch&) const = default;
};

template <class Real>
Batch batch_at(BatchStream<Real>& stream, Index step, const Communicator& ranks) {
  const Samples<Real>& mine = stream.at(step);
  return {rows_of(mine.x, ranks), rows_of(mine.y, ranks)};
}

/// The image mirrored, with a frame of zeros, cut at (top, left): as it is told in words.
std::vector<double> changed(const std::vector<double>& image, bool flip, Index padding, Index top,
                            Index left) {
  const Index height = odd.height + 2 * padding, width = odd.width + 2 * padding;
  std::vector<double> out;
  for (Index channel = 0; channel < odd.channels; ++channel) {
    std::vector<double> framed(static_cast<std::size_t>(height * width), 0.0);
    for (Index y = 0; y < odd.height; ++y) {
      for (Index x = 0; x < odd.width; ++x) {
        const Index from = flip ? odd.width - 1 - x : x;
        framed[static_cast<std::size_t>((y + padding) * width + x + padding)] =
            image[static_cast<std::size_t>((channel * odd.height + y) * odd.width + from)];
      }
    }
    for (Index y = 0; y < odd.height; ++y) {
      for (Index x = 0; x < odd.width; ++x) {
        out.push_back(framed[static_cast<std::size_t>((y + top) * width + x + left)]);
      }
    }
  }
  return out;
}

/// Which (flip, top, left) make `found` of sample `sample`; empty where none does.
std::set<std::tuple<bool, Index, Index>> changes_to(const std::vector<double>& found, Index sample,
                                                    Index padding) {
  std::vector<double> image;
  for (Index i = 0; i < odd.inputs(); ++i) {
    image.push_back(static_cast<double>(sample * odd.inputs() + i + 1));
  }
  std::set<std::tuple<bool, Index, Index>> ways;
  for (const bool flip : {false, true}) {
    for (Index top = 0; top < std::max<Index>(2 * padding, 1); ++top) {
      for (Index left = 0; left < std::max<Index>(2 * padding, 1); ++left) {
        if (changed(image, flip, padding, top, left) == found) ways.emplace(flip, top, left);
      }
    }
  }
  return ways;
}

template <class Real>
void expect_changed(const Augmentation& augmentation, Index batch) {
  const Communicator world(MPI_COMM_WORLD);
  auto stream = stream_of<Real>(augmentation, batch, world);
  const BatchOrder order(samples, batch, 2);
  const Index padding = augmentation.crop ? augmentation.padding : 0;
  std::set<bool> flips;
  std::set<std::pair<Index, Index>> corners;
  for (Index step = 0; step < 30; ++step) {
    const Batch found = batch_at(stream, step, world);
    const auto numbers = order.indices(step);
    ASSERT_EQ(found.x.size(), numbers.size());
    for (std::size_t row = 0; row < numbers.size(); ++row) {
      const auto ways = changes_to(found.x[row], numbers[row], padding);
      ASSERT_EQ(ways.size(), 1u) << "step " << step << ", row " << row;
      const auto& [flip, top, left] = *ways.begin();
      flips.insert(flip);
      corners.emplace(top, left);
      for (Index output = 0; output < samples; ++output) {
        EXPECT_EQ(found.y[row][static_cast<std::size_t>(output)], output == numbers[row] ? 1 : 0);
      }
    }
  }
  EXPECT_EQ(flips.size(), augmentation.flip ? 2u : 1u);
  EXPECT_EQ(flips.count(true), augmentation.flip ? 1u : 0u);
  EXPECT_EQ(corners.size(),
            augmentation.crop ? static_cast<std::size_t>(4 * padding * padding) : 1u);
}

TEST(Augmented, ImagesAreMirroredAndCutOutOfAFrameOfZeros) {
  for (const Index batch : {0, 4}) {
    expect_changed<float>({.flip = true}, batch);
    expect_changed<double>({.crop = true, .padding = 2}, batch);
    expect_changed<float>({.flip = true, .crop = true, .padding = 1}, batch);
    expect_changed<double>({.flip = true, .crop = true, .padding = 2}, batch);
  }
}

/// Mixed are the samples as flip and crop leave them; weights are told by the one-hot outputs.
void expect_mixed(Augmentation augmentation, Index batch, const ImageShape& image) {
  const Communicator world(MPI_COMM_WORLD);
  auto mixed = stream_of<double>(augmentation, batch, world, image);
  augmentation.mixup = false;
  auto apart = stream_of<double>(augmentation, batch, world, image);
  const BatchOrder order(samples, batch, 2);
  const auto size = static_cast<std::size_t>(order.size());
  for (Index step = 0; step < 9; ++step) {
    const Batch found = batch_at(mixed, step, world), from = batch_at(apart, step, world);
    const auto numbers = order.indices(step);
    ASSERT_EQ(found.x.size(), size);
    for (std::size_t row = 0; row < size; ++row) {
      const std::size_t partner = size - 1 - row;
      const double w = found.y[row][static_cast<std::size_t>(numbers[row])];
      if (numbers[row] != numbers[partner]) {
        EXPECT_GT(w, 0.0);
        EXPECT_LT(w, 1.0);
        EXPECT_NEAR(found.y[row][static_cast<std::size_t>(numbers[partner])], 1.0 - w, 1e-15);
        EXPECT_NE(w, found.y[partner][static_cast<std::size_t>(numbers[partner])]);
      }
      for (std::size_t i = 0; i < from.x[row].size(); ++i) {
        const double expected = w * from.x[row][i] + (1.0 - w) * from.x[partner][i];
        // A sample may meet itself across the border of two epochs: y then does not tell w.
        if (numbers[row] == numbers[partner] && row != partner) continue;
        EXPECT_NEAR(found.x[row][i], expected, 1e-12) << "step " << step << ", row " << row;
      }
    }
  }
}

TEST(Augmented, SamplesAreMixedWithThoseOfTheReversedBatch) {
  for (const Index batch : {0, 1, 4, 7}) {
    expect_mixed({.mixup = true}, batch, odd);
    expect_mixed({.mixup = true}, batch, {});  // no images
    expect_mixed({.flip = true, .crop = true, .mixup = true, .padding = 2}, batch, odd);
  }
}

template <class Real>
void expect_same_on_all_ranks(Index batch) {
  const Communicator world(MPI_COMM_WORLD), self = Communicator::self();
  const Augmentation everything{.flip = true, .crop = true, .mixup = true, .padding = 2, .seed = 7};
  auto spread = stream_of<Real>(everything, batch, world),
       alone = stream_of<Real>(everything, batch, self);
  for (Index step = 0; step < 12; ++step) {
    EXPECT_EQ(batch_at(spread, step, world), batch_at(alone, step, self)) << step;
  }
}

TEST(Augmented, BatchesAreTheSameOnAnyNumberOfRanksBitForBit) {
  for (const Index batch : {0, 1, 2, 5, 7}) {
    expect_same_on_all_ranks<float>(batch);
    expect_same_on_all_ranks<double>(batch);
  }
}

TEST(Augmented, BatchesDependOnTheirStepAlone) {
  const Communicator world(MPI_COMM_WORLD);
  const Augmentation everything{.flip = true, .crop = true, .mixup = true, .padding = 2};
  for (const Index batch : {0, 4}) {
    auto stream = stream_of<double>(everything, batch, world);
    std::vector<Batch> seen;
    for (Index step = 0; step < 8; ++step) seen.push_back(batch_at(stream, step, world));
    for (const Index step : {6, 2, 7}) {  // in the middle of epochs
      auto again = stream_of<double>(everything, batch, world);
      EXPECT_EQ(batch_at(again, step, world), seen[static_cast<std::size_t>(step)]);
    }
    EXPECT_NE(seen[0].x, seen[1].x);  // a full batch is drawn anew as well
    Augmentation other = everything;
    other.seed = 1;
    auto differs = stream_of<double>(other, batch, world);
    EXPECT_NE(batch_at(differs, 0, world).x, seen[0].x);
  }
}

TEST(Batches, StayTheSameOnlyWhereAllSamplesAreTakenAsTheyAre) {
  const Communicator world(MPI_COMM_WORLD);
  auto full = stream_of<double>({}, 0, world);
  EXPECT_TRUE(full.same_inputs());
  EXPECT_EQ(full.at(0).x.data(), full.at(5).x.data());
  EXPECT_FALSE(stream_of<double>({}, 4, world).same_inputs());
  EXPECT_FALSE(stream_of<double>({.flip = true}, 0, world).same_inputs());
  EXPECT_FALSE(stream_of<double>({.crop = true, .padding = 1}, 0, world).same_inputs());
  EXPECT_FALSE(stream_of<double>({.mixup = true}, 0, world).same_inputs());
}

}  // namespace
}  // namespace catapult
