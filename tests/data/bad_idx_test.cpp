// Damaged and missing IDX files: exit codes and messages.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult {
namespace {

using testing::big_endian;
using testing::failure_of;
using ::testing::HasSubstr;
using testing::idx_images;
using testing::idx_labels;
using testing::load;
using testing::SmallIdx;
using testing::TempFolder;
namespace fs = std::filesystem;

const std::string train_images = "train-images-idx3-ubyte";
const std::string train_labels = "train-labels-idx1-ubyte";
const std::string test_images = "t10k-images-idx3-ubyte";
const std::string test_labels = "t10k-labels-idx1-ubyte";

/// A good data set in which one thing is then spoilt.
struct Spoilt {
  std::string name;
  std::string file;  ///< that the message must name
  std::function<void(const TempFolder&)> spoil;
  std::vector<std::string> message;  ///< parts of it
  bool probe_sees = true;            ///< without reading everything

  friend std::ostream& operator<<(std::ostream& out, const Spoilt& spoilt) {
    return out << spoilt.name;
  }
};

std::function<void(const TempFolder&)> replace(const std::string& name, const std::string& bytes) {
  return [=](const TempFolder& folder) { testing::write_plain(folder / name, bytes); };
}

/// Compresses the file and hands the compressed bytes to `damage`.
std::function<void(const TempFolder&)> damage_gzip(const std::string& name,
                                                   std::function<void(std::string&)> damage) {
  return [=](const TempFolder& folder) {
    testing::write_gzip(folder / (name + ".gz"), testing::read_file(folder / name));
    fs::remove(folder / name);
    std::string packed = testing::read_file(folder / (name + ".gz"));
    damage(packed);
    testing::write_plain(folder / (name + ".gz"), packed);
  };
}

std::string good(const std::string& name) {
  for (const auto& [file, bytes] : SmallIdx().files()) {
    if (file == name) return bytes;
  }
  return {};
}

class BadIdx : public ::testing::TestWithParam<Spoilt> {};

TEST_P(BadIdx, IsRefusedWithExitCode3AndAdvice) {
  const Spoilt& spoilt = GetParam();
  const TempFolder folder;
  SmallIdx().write(folder.path());
  spoilt.spoil(folder);
  DataOptions options;
  options.path = folder.path();

  const auto loaded = failure_of([&] { load<float>(options); });
  EXPECT_EQ(loaded.code, 3) << loaded.message;
  EXPECT_THAT(loaded.message, HasSubstr((folder / spoilt.file).string()));
  EXPECT_THAT(loaded.message, HasSubstr("inputs/data/fetch.sh mnist"));
  for (const std::string& part : spoilt.message) EXPECT_THAT(loaded.message, HasSubstr(part));

  const auto probed = failure_of([&] { probe(options); });
  EXPECT_EQ(probed.message, spoilt.probe_sees ? loaded.message : "");
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadIdx,
    ::testing::Values(
        Spoilt{"NoImages",
               train_images,
               [](const TempFolder& f) { fs::remove(f / train_images); },
               {"cannot open", "no such file"}},
        Spoilt{"NoLabels",
               train_labels,
               [](const TempFolder& f) { fs::remove(f / train_labels); },
               {"cannot open", "no such file"}},
        Spoilt{"NoTestPart",
               test_images,
               [](const TempFolder& f) { fs::remove(f / test_images); },
               {"cannot open", "no such file"}},
        Spoilt{"FolderForFile",
               train_images,
               [](const TempFolder& f) {
                 fs::remove(f / train_images);
                 fs::create_directory(f / train_images);
               },
               {"a folder where a file is expected"}},
        Spoilt{"PipeForFile",
               train_labels,
               [](const TempFolder& f) {
                 fs::remove(f / train_labels);
                 mkfifo((f / train_labels).c_str(), 0600);
               },
               {"neither a file nor a link to one"}},
        Spoilt{"EmptyImages", train_images, replace(train_images, ""), {"is empty"}},
        Spoilt{"EmptyLabels", test_labels, replace(test_labels, ""), {"is empty"}},
        Spoilt{"HeaderCut",
               train_images,
               replace(train_images, good(train_images).substr(0, 9)),
               {"truncated (expected 16 bytes, found 9)"}},
        Spoilt{"ImagesCut",
               train_images,
               replace(train_images, good(train_images).substr(0, 57)),
               {"truncated (expected 58 bytes, found 57)"}},
        Spoilt{"LabelsCut",
               train_labels,
               replace(train_labels, good(train_labels).substr(0, 11)),
               {"truncated (expected 15 bytes, found 11)"}},
        Spoilt{"ImagesTooLong",
               test_images,
               replace(test_images, good(test_images) + "x"),
               {"too long (expected 34 bytes, found 35)"}},
        Spoilt{"LabelsTooLong",
               train_labels,
               replace(train_labels, good(train_labels) + "x"),
               {"too long (expected 15 bytes, found 16)"}},
        Spoilt{"SwappedFiles",
               train_labels,
               replace(train_labels, good(train_images)),
               {"expected the magic number 0x00000801, found 0x00000803"}},
        Spoilt{"NotIdx",
               train_images,
               replace(train_images, "P5 28 28 255 this is an image"),
               {"expected the magic number 0x00000803, found 0x50352032"}},
        Spoilt{"FewerImagesThanLabels",
               train_images,
               replace(train_images, idx_images(6, 3, 2, SmallIdx::pixels(6))),
               {"does not fit", train_labels, "expected 7 images, one a label, found 6"}},
        Spoilt{"NoSamples",
               train_labels,
               replace(train_labels, idx_labels("")),
               {"expected at least 1, found 0"}},
        Spoilt{"ZeroRows",
               train_images,
               replace(train_images, idx_images(7, 0, 2, "")),
               {"damaged header", "found 0 x 2"}},
        Spoilt{"SizesThatOverflow",
               train_images,
               replace(train_images, idx_images(7, 0xffffffff, 0xffffffff, "")),
               {"damaged header", "found 4294967295 x 4294967295"}},
        Spoilt{"CountBeyondTheFile",
               train_labels,
               replace(train_labels, big_endian(0x801) + big_endian(0xffffffff) + "abc"),
               {"truncated (expected 4294967303 bytes, found 11)"}},
        Spoilt{"TestImagesOfOtherSize",
               test_images,
               replace(test_images, idx_images(3, 2, 3, SmallIdx::pixels(3))),
               {"does not fit", "expected images of 3 x 2, found 2 x 3"}},
        Spoilt{"LabelOutOfRange",
               train_labels,
               replace(train_labels, idx_labels({3, 1, 0, 99, 2, 3, 0})),
               {"label 99 out of range (expected 0 to 9, as no sample has label 10)"}},
        Spoilt{"TestLabelOutOfRange",
               test_labels,
               replace(test_labels, idx_labels({0, 3, 4})),
               {"label 4 of sample 2 out of range (expected 0 to 3"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Compressed, BadIdx,
    ::testing::Values(
        Spoilt{"CutInTheMiddle",
               train_images + ".gz",
               damage_gzip(train_images, [](std::string& bytes) { bytes.resize(40); }),
               {"truncated (its compressed stream breaks off"},
               false},
        Spoilt{
            "CutInTheChecksum",
            train_images + ".gz",
            damage_gzip(train_images, [](std::string& bytes) { bytes.resize(bytes.size() - 3); }),
            {"truncated (its compressed stream breaks off after 58"},
            false},
        Spoilt{"CutInTheHeader",
               train_labels + ".gz",
               damage_gzip(train_labels, [](std::string& bytes) { bytes.resize(5); }),
               {"truncated (its compressed stream breaks off after 0"}},
        Spoilt{"WrongChecksum",
               train_labels + ".gz",
               damage_gzip(train_labels, [](std::string& bytes) { bytes[bytes.size() - 6] ^= 1; }),
               {"corrupt", "incorrect data check"}},
        Spoilt{"FlippedBits",
               train_labels + ".gz",
               damage_gzip(train_labels, [](std::string& bytes) { bytes[12] ^= 0x55; }),
               {"corrupt"}},
        Spoilt{"LabelsTooLong",
               train_labels + ".gz",
               [](const TempFolder& f) {
                 testing::write_gzip(f / (train_labels + ".gz"), good(train_labels) + "xyz");
                 fs::remove(f / train_labels);
               },
               {"too long (expected 15 bytes, found more)"}},
        Spoilt{"ImagesTooLong",
               test_images + ".gz",
               [](const TempFolder& f) {
                 testing::write_gzip(f / (test_images + ".gz"), good(test_images) + "xyz");
                 fs::remove(f / test_images);
               },
               {"too long (expected 34 bytes, found more)"},
               false}),
    [](const auto& info) { return info.param.name; });

TEST(BadIdxFolder, ThatIsMissingIsNamedWithTheWayToGetIt) {
  DataOptions options;
  options.path = "no/such/folder";
  const auto failure = failure_of([&] { probe(options); });
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("cannot find the data no/such/folder (no such file"));
  EXPECT_THAT(failure.message, HasSubstr(fs::current_path().string()));
  EXPECT_THAT(failure.message, HasSubstr("CATAPULT_DATA"));
  EXPECT_THAT(failure.message, HasSubstr("fetch.sh"));
}

TEST(BadIdxFolder, ThatIsAFileIsRefused) {
  const TempFolder folder;
  testing::write_plain(folder / "data", "x");
  DataOptions options;
  options.path = folder / "data";
  const auto failure = failure_of([&] { probe(options); });
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("is a file"));
}

TEST(BadIdxFolder, ThatMayNotBeReadIsRefused) {
  const TempFolder folder;
  SmallIdx().write(folder.path());
  fs::permissions(folder.path(), fs::perms(0755));
  fs::permissions(folder / train_images, fs::perms::none);
  const bool was_root = geteuid() == 0;  // whom no permission stops
  if (was_root && seteuid(65534) != 0) GTEST_SKIP() << "cannot give up the rights of root";
  DataOptions options;
  options.path = folder.path();
  const auto failure = failure_of([&] { probe(options); });
  ASSERT_TRUE(!was_root || seteuid(0) == 0);
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace catapult
