// CIFAR-10 and CIFAR-100 in their binary versions: what is read and what is refused.
#include <gmock/gmock.h>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using ::testing::ElementsAre;
using testing::Failure;
using testing::failure_of;
using ::testing::HasSubstr;
using testing::load;
using testing::TempFolder;
using testing::to_vector;

constexpr Index pixels = 3072;

/// A record whose pixels are `start`, `start` + 1, ... modulo 251.
std::string record(const std::string& labels, int start) {
  std::string bytes = labels;
  for (Index pixel = 0; pixel < pixels; ++pixel) {
    bytes += static_cast<char>((start + pixel) % 251);
  }
  return bytes;
}

std::string records10(const std::string& labels, int start) {
  std::string bytes;
  for (const char label : labels) bytes += record({label}, start++);
  return bytes;
}

DataOptions options_of(const TempFolder& folder, const std::string& source) {
  DataOptions options;
  options.source = source;
  options.path = folder.path();
  options.preprocessing = "none";
  return options;
}

std::vector<double> column(const Matrix<double>& matrix, Index column) {
  std::vector<double> values;
  const auto host = to_host(matrix);
  for (std::size_t row = 0; row < host.extent(0); ++row) values.push_back(host(row, column));
  return values;
}

class Cifar10 : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::write_plain(folder_ / "data_batch_1.bin", records10({9, 3, 7}, 0));
    testing::write_gzip(folder_ / "data_batch_2.bin.gz", records10({3, 0}, 100));
    testing::write_plain(folder_ / "test_batch.bin", records10({7, 3}, 200));
  }
  TempFolder folder_;
};

TEST_F(Cifar10, ReadsItsBatchesInOrder) {
  const auto options = options_of(folder_, "cifar10");
  const auto data = load(options);
  EXPECT_EQ(probe(options), (DataShape{5, 2, pixels, 10, "", {3, 32, 32}}));
  EXPECT_THAT(column(data.train.x, 0), ElementsAre(0, 1, 2, 100, 101));
  EXPECT_THAT(column(data.train.x, pixels - 1),
              ElementsAre(3071 % 251, 3072 % 251, 3073 % 251, 3171 % 251, 3172 % 251));
  EXPECT_THAT(column(data.train.y, 3), ElementsAre(0, 1, 0, 1, 0));
  EXPECT_THAT(column(data.test.y, 7), ElementsAre(1, 0));
}

TEST_F(Cifar10, TakesSubsetsAcrossBatches) {
  auto options = options_of(folder_, "cifar10");
  options.classes = {0, 3};
  options.train_samples = 2;
  const auto data = load(options);
  EXPECT_THAT(column(data.train.x, 0), ElementsAre(1, 100));
  EXPECT_THAT(to_vector(data.train.y), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(probe(options), (DataShape{2, 1, pixels, 2, "", {3, 32, 32}}));
}

TEST_F(Cifar10, NeedsItsBatchesWithoutAGap) {
  testing::fs::rename(folder_ / "data_batch_2.bin.gz", folder_ / "data_batch_4.bin.gz");
  const auto failure = failure_of([&] { probe(options_of(folder_, "cifar10")); });
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("data_batch_3.bin[.gz] (no such file)"));
}

TEST_F(Cifar10, RefusesDamagedFiles) {
  const auto load_with = [&](const std::string& name, const std::string& bytes) {
    const std::string before = testing::read_file(folder_ / name);
    testing::write_plain(folder_ / name, bytes);
    const auto options = options_of(folder_, "cifar10");
    const Failure failure = failure_of([&] { load(options); });
    EXPECT_EQ(failure_of([&] { probe(options); }).message, failure.message);
    EXPECT_EQ(failure.code, 3) << failure.message;
    EXPECT_THAT(failure.message, HasSubstr((folder_ / name).string()));
    EXPECT_THAT(failure.message, HasSubstr("fetch.sh cifar10"));
    testing::write_plain(folder_ / name, before);
    return failure.message;
  };
  const std::string good = records10({9, 3, 7}, 0);
  EXPECT_THAT(load_with("data_batch_1.bin", good.substr(0, good.size() - 1)),
              HasSubstr("whole records of 3073 bytes, found 3072 bytes behind the last one"));
  EXPECT_THAT(load_with("test_batch.bin", good + "x"), HasSubstr("found 1 bytes"));
  EXPECT_THAT(load_with("test_batch.bin", ""), HasSubstr("is empty"));
  EXPECT_THAT(load_with("data_batch_1.bin", records10({9, 3, 10}, 0)),
              HasSubstr("label 10 of record 2 out of range (expected 0 to 9)"));
  const std::string packed = testing::read_file(folder_ / "data_batch_2.bin.gz");
  EXPECT_THAT(load_with("data_batch_2.bin.gz", packed.substr(0, packed.size() / 2)),
              HasSubstr("compressed stream breaks off"));
}

TEST_F(Cifar10, RefusesAMissingTestPart) {
  testing::fs::remove(folder_ / "test_batch.bin");
  const auto failure = failure_of([&] { load(options_of(folder_, "cifar10")); });
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("test_batch.bin[.gz] (no such file)"));
}

TEST(Cifar100, UsesTheFineLabel) {
  const TempFolder folder;
  testing::write_plain(folder / "train.bin", record({19, 99}, 5) + record({0, 42}, 6));
  testing::write_plain(folder / "test.bin", record({3, 42}, 7));
  auto options = options_of(folder, "cifar100");
  auto data = load(options);
  EXPECT_EQ(probe(options), (DataShape{2, 1, pixels, 100, "", {3, 32, 32}}));
  EXPECT_THAT(column(data.train.x, 0), ElementsAre(5, 6));
  EXPECT_THAT(column(data.train.y, 99), ElementsAre(1, 0));
  EXPECT_THAT(column(data.test.y, 42), ElementsAre(1));
  EXPECT_EQ(data.train.image, (ImageShape{3, 32, 32}));
  options.center_labels = true;
  data = load(options);
  EXPECT_THAT(column(data.train.y, 99), ElementsAre(1 - 0.01, -0.01));
  EXPECT_THAT(column(data.test.y, 42), ElementsAre(1 - 0.01));
  options.classes = {42};
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);  // one output, which would be 0
  options.center_labels = false;
  EXPECT_EQ(load(options).train.size(), 1);
}

TEST(Cifar100, HasItsFilesAsTheyAreFetched) {
  const TempFolder folder;
  testing::write_gzip(folder / "train.bin.gz", record({19, 99}, 5));
  const auto options = options_of(folder, "cifar100");
  const auto missing = failure_of([&] { probe(options); });
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.message, HasSubstr("test.bin[.gz] (no such file); run inputs/data/fetch.sh "
                                         "cifar100"));
  testing::write_plain(folder / "test.bin", record({3, 42}, 7));
  EXPECT_EQ(load(options).train.size(), 1);
}

TEST(Cifar100, RefusesLabelsOutOfRange) {
  const TempFolder folder;
  testing::write_plain(folder / "test.bin", record({3, 42}, 7));
  for (const std::string& labels : {std::string{20, 0}, std::string{0, 100}}) {
    testing::write_plain(folder / "train.bin", record(labels, 5));
    const auto failure = failure_of([&] { probe(options_of(folder, "cifar100")); });
    EXPECT_EQ(failure.code, 3);
    EXPECT_THAT(failure.message, HasSubstr("of record 0 out of range"));
  }
}

}  // namespace
}  // namespace catapult
