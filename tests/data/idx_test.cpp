// IDX files: what is read, subsets, names, compression, where they are looked for.
#include <gmock/gmock.h>

#include <cstdlib>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using testing::failure_of;
using ::testing::HasSubstr;
using testing::load;
using testing::SmallIdx;
using testing::TempFolder;
using testing::to_vector;

DataOptions options_of(const std::string& path) {
  DataOptions options;
  options.path = path;
  options.preprocessing = "none";
  return options;
}

/// The numbers of the samples in the file, which their first pixels tell.
std::vector<Index> sample_numbers(const Samples<double>& samples) {
  std::vector<Index> numbers;
  const auto x = to_host(samples.x);
  for (Index row = 0; row < samples.size(); ++row) {
    numbers.push_back(static_cast<Index>(x(row, 0)) / 10);
  }
  return numbers;
}

/// The output that is 1, and -1 where that is not exactly one.
std::vector<Index> hot_outputs(const Samples<double>& samples) {
  std::vector<Index> hot;
  const auto y = to_host(samples.y);
  for (Index row = 0; row < samples.size(); ++row) {
    double sum = 0.0;
    hot.push_back(-1);
    for (Index output = 0; output < samples.outputs(); ++output) {
      sum += y(row, output);
      if (y(row, output) == 1.0) hot.back() = output;
    }
    if (sum != 1.0) hot.back() = -1;
  }
  return hot;
}

TEST(Idx, ReadsPixelsInFileOrderAndLabelsAsOneHot) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  const auto data = load(options_of(folder.path()));
  EXPECT_EQ(data.train.inputs(), 6);
  EXPECT_EQ(data.train.image.inputs(), 6);
  EXPECT_EQ(data.train.outputs(), 4);
  EXPECT_EQ(data.test.outputs(), 4);
  EXPECT_THAT(sample_numbers(data.train), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(hot_outputs(data.train), ElementsAre(3, 1, 0, 3, 2, 3, 0));
  EXPECT_THAT(hot_outputs(data.test), ElementsAre(0, 3, 3));
  const auto x = to_host(data.test.x);
  for (Index pixel = 0; pixel < 6; ++pixel) EXPECT_EQ(x(2, pixel), 20.0 + pixel);
}

TEST(Idx, ReadsCompressedAndPlainFilesAlike) {
  const TempFolder plain, packed;
  SmallIdx().write(plain.path());
  for (const auto& [name, bytes] : SmallIdx().files()) {
    testing::write_gzip(packed / (name + ".gz"), bytes);
  }
  const auto expected = load(options_of(plain.path()));
  const auto found = load(options_of(packed.path()));
  EXPECT_EQ(to_vector(found.train.x), to_vector(expected.train.x));
  EXPECT_EQ(to_vector(found.train.y), to_vector(expected.train.y));
  EXPECT_EQ(to_vector(found.test.x), to_vector(expected.test.x));
  EXPECT_EQ(to_vector(found.test.y), to_vector(expected.test.y));
}

TEST(Idx, ReadsACompressedFileThatWasConcatenated) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  const std::string bytes = SmallIdx().files()[0].second;
  testing::write_gzip(folder / "head", bytes.substr(0, 20));
  testing::write_gzip(folder / "tail", bytes.substr(20));
  testing::fs::remove(folder / "train-images-idx3-ubyte");
  testing::write_plain(folder / "train-images-idx3-ubyte.gz",
                       testing::read_file(folder / "head") + testing::read_file(folder / "tail"));
  EXPECT_EQ(load(options_of(folder.path())).train.size(), 7);
}

TEST(Idx, InflatesNoMoreThanIsAskedForOfAFileThatIsWhole) {
  const TempFolder folder;
  SmallIdx content;
  content.train_labels += std::string(200000, 1);  // more than zlib looks ahead
  const auto train_samples = static_cast<Index>(content.train_labels.size());
  content.write(folder.path());
  testing::fs::remove(folder / "train-images-idx3-ubyte");
  const testing::fs::path packed = folder / "train-images-idx3-ubyte.gz";
  testing::write_gzip(packed, content.files()[0].second);
  const std::string whole = testing::read_file(packed);
  std::string damaged = whole;
  damaged[damaged.size() - 6] ^= 1;  // of the checksum
  testing::write_plain(packed, damaged);
  DataOptions options = options_of(folder.path());
  const auto failure = [&](Index samples) {
    options.train_samples = samples;
    return failure_of([&] { load(options); }).message;
  };
  EXPECT_EQ(failure(2), "");
  EXPECT_THAT(failure(train_samples), HasSubstr("incorrect data check"));
  testing::write_plain(packed, whole.substr(0, whole.size() - 1));
  EXPECT_THAT(failure(2), HasSubstr("is truncated"));
}

TEST(Idx, TakesTheFirstSamplesAndKeepsAllOutputs) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  DataOptions options = options_of(folder.path());
  options.train_samples = 2;
  options.test_samples = 1;
  const auto data = load(options);
  EXPECT_THAT(sample_numbers(data.train), ElementsAre(0, 1));
  EXPECT_THAT(sample_numbers(data.test), ElementsAre(0));
  EXPECT_EQ(data.train.outputs(), 4);
}

TEST(Idx, TakesASubsetOfClassesInTheOrderOfTheDeck) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  DataOptions options = options_of(folder.path());
  options.classes = {3, 0};
  const auto data = load(options);
  EXPECT_EQ(data.train.outputs(), 2);
  EXPECT_THAT(sample_numbers(data.train), ElementsAre(0, 2, 3, 5, 6));
  EXPECT_THAT(hot_outputs(data.train), ElementsAre(0, 1, 0, 0, 1));
  EXPECT_THAT(hot_outputs(data.test), ElementsAre(1, 0, 0));
}

TEST(Idx, CutsAfterTheSubset) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  DataOptions options = options_of(folder.path());
  options.classes = {0, 2};
  options.train_samples = 2;
  EXPECT_THAT(sample_numbers(load(options).train), ElementsAre(2, 4));
}

TEST(Idx, TakesASingleClass) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  DataOptions options = options_of(folder.path());
  options.classes = {1};
  const auto data = load(options);
  EXPECT_EQ(data.train.outputs(), 1);
  EXPECT_THAT(sample_numbers(data.train), ElementsAre(1));
  EXPECT_EQ(data.test.size(), 0);
}

TEST(Idx, ReadsMoreThanTenClassesWhereAllLabelsOccur) {
  const TempFolder folder;
  SmallIdx small;
  small.train_labels = {0, 10, 11, 12};
  small.write(folder.path());
  EXPECT_EQ(load(options_of(folder.path())).train.outputs(), 13);
}

TEST(Idx, ReadsTheShippedDigits) {
  DataOptions options = options_of(CATAPULT_SOURCE_DIR "/inputs/data/digits");
  const auto data = load(options);
  EXPECT_EQ(probe(options), (DataShape{1437, 360, 64, 10, "", {1, 8, 8}}));
  EXPECT_EQ(data.train.size(), 1437);
  EXPECT_EQ(data.test.size(), 360);
  // The first image of the collection is a zero; its first row of pixels is well known.
  EXPECT_EQ(hot_outputs(data.train)[0], 0);
  const std::vector<double> x = to_vector(data.train.x);
  EXPECT_THAT(std::vector<double>(x.begin(), x.begin() + 8), ElementsAre(0, 0, 5, 13, 9, 1, 0, 0));
  EXPECT_EQ(*std::max_element(x.begin(), x.end()), 16.0);
}

TEST(Idx, ProbeTellsWhatIsLoaded) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  for (const std::vector<Index>& classes : {std::vector<Index>{}, {3, 0}, {2}}) {
    for (const Index train_samples : {0, 1}) {
      DataOptions options = options_of(folder.path());
      options.classes = classes;
      options.train_samples = train_samples;
      const auto data = load(options);
      const DataShape loaded = {
          data.train.size(), data.test.size(), data.train.inputs(), data.train.outputs(), "",
          data.train.image};
      EXPECT_EQ(probe(options), loaded);
      EXPECT_EQ(data.test.inputs(), loaded.inputs);
      EXPECT_EQ(data.test.outputs(), loaded.outputs);
    }
  }
}

TEST(Idx, IsLookedForUnderTheDataFolderOfTheEnvironment) {
  const TempFolder root;
  testing::fs::create_directory(root / "somewhere");
  SmallIdx().write(root / "somewhere");
  const char* before = std::getenv("CATAPULT_DATA");
  const std::string kept = before ? before : "";
  setenv("CATAPULT_DATA", root.path().c_str(), 1);
  const auto success = failure_of([] { probe(options_of("somewhere")); });
  setenv("CATAPULT_DATA", (root / "nowhere").c_str(), 1);
  const auto failure = failure_of([] { probe(options_of("somewhere")); });
  before ? setenv("CATAPULT_DATA", kept.c_str(), 1) : unsetenv("CATAPULT_DATA");
  EXPECT_EQ(success.message, "");
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("nor in $CATAPULT_DATA = " + (root / "nowhere").string()));
}

}  // namespace
}  // namespace catapult
