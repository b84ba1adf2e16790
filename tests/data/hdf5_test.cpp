// Data files of HDF5: what is read and what is refused.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "hdf5_data.hpp"

namespace catapult {
namespace {

using testing::Failure;
using testing::failure_of;
using ::testing::HasSubstr;
using testing::Hdf5Data;
using testing::load;
using testing::ramp;
using testing::TempFolder;
using testing::to_vector;

TEST_F(Hdf5Data, IsReadAsItIs) {
  const auto data = load(file_.options());
  EXPECT_EQ(probe(file_.options()), (DataShape{5, 2, 3, 2}));
  EXPECT_EQ(data.train.size(), 5);
  EXPECT_EQ(to_vector(data.train.x), ramp(15, 0.5));
  EXPECT_EQ(to_vector(data.train.y), ramp(10, -3.25));
  EXPECT_EQ(to_vector(data.test.x), ramp(6, 100.5));
  EXPECT_EQ(to_vector(data.test.y), ramp(4, 200.5));
}

TEST_F(Hdf5Data, GivesTheFirstSamples) {
  auto options = file_.options();
  options.train_samples = 2;
  options.test_samples = 1;
  const auto data = load(options);
  EXPECT_EQ(to_vector(data.train.x), ramp(6, 0.5));
  EXPECT_EQ(to_vector(data.train.y), ramp(4, -3.25));
  EXPECT_EQ(to_vector(data.test.x), ramp(3, 100.5));
  EXPECT_EQ(probe(options), (DataShape{2, 1, 3, 2}));
}

TEST_F(Hdf5Data, NeedsNoTestPart) {
  file_.remove("x_test");
  file_.remove("y_test");
  const auto data = load(file_.options());
  EXPECT_EQ(data.train.size(), 5);
  EXPECT_EQ(data.test.size(), 0);
  EXPECT_EQ(probe(file_.options()), (DataShape{5, 0, 3, 2}));
}

TEST_F(Hdf5Data, MayHoldIntegersAndFloats) {
  file_.remove("x");
  file_.remove("y");
  file_.write("x", {5, 3}, ramp(15, -7), H5T_STD_I16BE);
  file_.write("y", {5, 2}, ramp(10, 0.5), H5T_IEEE_F32LE);
  const auto data = load(file_.options());
  EXPECT_EQ(to_vector(data.train.x), ramp(15, -7));
  EXPECT_EQ(to_vector(data.train.y), ramp(10, 0.5));
}

TEST_F(Hdf5Data, IsStandardizedByTheTrainingSamplesUsed) {
  auto options = file_.options();
  options.preprocessing = "standardize";
  options.train_samples = 1;  // 0.5, 1.5, 2.5
  const auto data = load(options);
  EXPECT_NEAR(to_vector(data.train.x)[0], -std::sqrt(1.5), 1e-15);
  EXPECT_NEAR(to_vector(data.test.x)[0], 99 * std::sqrt(1.5), 1e-12);
  EXPECT_EQ(to_vector(data.train.y), ramp(2, -3.25));
}

TEST_F(Hdf5Data, RefusesMissingDatasets) {
  const auto no_y = load_without("y");
  EXPECT_EQ(no_y.code, 3);
  EXPECT_THAT(no_y.message, HasSubstr("has no dataset y"));
  file_.write("y", {5, 2}, ramp(10, 0));
  const auto no_y_test = load_without("y_test");
  EXPECT_EQ(no_y_test.code, 3);
  EXPECT_THAT(no_y_test.message, HasSubstr("has no dataset y_test"));
  const auto no_x = load_without("x");
  EXPECT_EQ(no_x.code, 3);
  EXPECT_THAT(no_x.message, HasSubstr("has no dataset x"));
}

TEST_F(Hdf5Data, RefusesOtherThanMatrices) {
  const auto vector = load_with("y", {5}, ramp(5, 0));
  EXPECT_EQ(vector.code, 3);
  EXPECT_THAT(vector.message, HasSubstr("dataset y"));
  EXPECT_THAT(vector.message, HasSubstr("(5)"));
  file_.remove("y");
  file_.write("y", {5, 2}, ramp(10, 0));
  EXPECT_THAT(load_with("y", {5, 2, 1, 1}, ramp(10, 0)).message, HasSubstr("(5, 2, 1, 1)"));
  file_.remove("y");
  file_.write("y", {5, 2}, ramp(10, 0));
  EXPECT_THAT(load_with("x", {5, 3, 1}, ramp(15, 0)).message,
              HasSubstr("expected a matrix or images (N, C, H, W), found the shape (5, 3, 1)"));
}

TEST_F(Hdf5Data, RefusesRowsAndColumnsThatDoNotFit) {
  const auto rows = load_with("y", {4, 2}, ramp(8, 0));
  EXPECT_EQ(rows.code, 3);
  EXPECT_THAT(rows.message, HasSubstr("expected 5 rows, as in x, found 4"));
  file_.remove("y");
  file_.write("y", {5, 2}, ramp(10, 0));
  EXPECT_THAT(load_with("x_test", {2, 4}, ramp(8, 0)).message,
              HasSubstr("expected 3 columns, as in x, found 4"));
  file_.remove("x_test");
  file_.write("x_test", {2, 3}, ramp(6, 0));
  EXPECT_THAT(load_with("y_test", {2, 1}, ramp(2, 0)).message,
              HasSubstr("expected 2 columns, as in y, found 1"));
}

TEST_F(Hdf5Data, RefusesAnEmptyDataset) {
  file_.remove("y");
  file_.write("y", {0, 2}, {});
  const auto failure = load_with("x", {0, 3}, {});
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("at least 1"));
}

TEST_F(Hdf5Data, RefusesNumbersThatAreNotFinite) {
  auto values = ramp(15, 0);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    values[7] = bad;
    file_.remove("x");
    file_.write("x", {5, 3}, values);
    const auto failure = failure_of([&] { load(file_.options()); });
    EXPECT_EQ(failure.code, 3);
    EXPECT_THAT(failure.message, HasSubstr("dataset x"));
    EXPECT_THAT(failure.message, HasSubstr("(2, 1)"));
  }
  values[7] = 0;
  values[14] = std::nan("");
  file_.remove("x");
  file_.write("x", {5, 3}, values);
  auto options = file_.options();
  options.train_samples = 4;  // the bad one is not used
  EXPECT_EQ(failure_of([&] { load(options); }).message, "");
}

TEST_F(Hdf5Data, RefusesNumbersBeyondTheRangeOfFloats) {
  file_.remove("y");
  file_.write("y", {5, 2}, std::vector<double>(10, 1e300));
  EXPECT_EQ(failure_of([&] { load(file_.options()); }).message, "");
  const auto failure = failure_of([&] { load<float>(file_.options()); });
  EXPECT_EQ(failure.code, 3);
  EXPECT_THAT(failure.message, HasSubstr("model.precision"));
}

TEST_F(Hdf5Data, GivesNoMoreSamplesThanItHas) {
  auto options = file_.options();
  options.train_samples = 6;
  const auto train = failure_of([&] { probe(options); });
  EXPECT_EQ(train.code, 2);
  EXPECT_THAT(train.message, HasSubstr("data.train_samples is 6 (the train part has 5 samples"));
  options.train_samples = 0;
  options.test_samples = 3;
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);
  options.test_samples = 0;
  options.classes = {1};
  EXPECT_EQ(failure_of([&] { probe(options); }).code, 2);
}

TEST(Hdf5File, ThatIsNoneIsRefused) {
  const TempFolder folder;
  DataOptions options;
  options.source = "hdf5";
  const auto refused = [&](const testing::fs::path& path, const std::string& reason) {
    options.path = path;
    const Failure failure = failure_of([&] { load(options); });
    EXPECT_EQ(failure.code, 3) << failure.message;
    EXPECT_THAT(failure.message, HasSubstr(path.string()));
    EXPECT_THAT(failure.message, HasSubstr(reason));
    EXPECT_EQ(failure_of([&] { probe(options); }).message, failure.message);
  };
  refused(folder / "missing.h5", "no such file");
  refused(folder.path(), "a folder");
  testing::write_plain(folder / "text.h5", "x,y\n1,2\n");
  refused(folder / "text.h5", "not an HDF5 file");
  testing::write_plain(folder / "empty.h5", "");
  refused(folder / "empty.h5", "not an HDF5 file");
}

TEST_F(Hdf5Data, RefusesATruncatedFile) {
  const std::string bytes = testing::read_file(file_.path());
  testing::write_plain(file_.path(), bytes.substr(0, bytes.size() - 100));
  EXPECT_EQ(load_and_probe().code, 3);
}

}  // namespace
}  // namespace catapult
