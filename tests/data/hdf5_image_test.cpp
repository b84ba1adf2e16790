// Data files of HDF5 that hold images.
#include <gmock/gmock.h>

#include <cmath>

#include "hdf5_data.hpp"

namespace catapult {
namespace {

using testing::failure_of;
using ::testing::HasSubstr;
using testing::Hdf5Data;
using testing::load;
using testing::ramp;
using testing::to_vector;

TEST_F(Hdf5Data, MayHoldImages) {
  file_.remove("x");
  file_.remove("x_test");
  file_.write("x", {5, 2, 3, 4}, ramp(120, 0.5));
  file_.write("x_test", {2, 24}, ramp(48, 100.5));  // flattened in the same order
  const ImageShape image{2, 3, 4};
  auto options = file_.options();
  options.train_samples = 3;
  for (const std::vector<Index>& asked : {std::vector<Index>{}, std::vector<Index>{2, 3, 4}}) {
    options.image = asked;
    EXPECT_EQ(probe(options), (DataShape{3, 2, 24, 2, "", image}));
    const auto data = load(options);
    EXPECT_EQ(data.train.image, image);
    EXPECT_EQ(data.test.image, image);
    EXPECT_EQ(to_vector(data.train.x), ramp(72, 0.5));
    EXPECT_EQ(to_vector(data.test.x), ramp(48, 100.5));
  }
  file_.remove("x_test");
  file_.write("x_test", {2, 2, 3, 4}, ramp(48, 100.5));
  EXPECT_EQ(to_vector(load(options).test.x), ramp(48, 100.5));
}

TEST_F(Hdf5Data, MayHoldRowsThatTheDeckSaysTheShapeOf) {
  auto options = file_.options();
  EXPECT_EQ(load(options).train.image, ImageShape{});
  options.image = {1, 3, 1};
  EXPECT_EQ(load(options).train.image, (ImageShape{1, 3, 1}));
  EXPECT_EQ(probe(options), (DataShape{5, 2, 3, 2, "", {1, 3, 1}}));
  EXPECT_EQ(to_vector(load(options).train.x), ramp(15, 0.5));
}

TEST_F(Hdf5Data, RefusesImagesOfAnotherShapeThanTheDeckSays) {
  auto options = file_.options();
  options.image = {1, 2, 2};
  const auto row = failure_of([&] { load(options); });
  EXPECT_EQ(row.code, 3);
  EXPECT_THAT(row.message, HasSubstr("dataset x: expected the shape (N, 1, 2, 2) or (N, 4), as "
                                     "data.image says, found (5, 3)"));
  file_.remove("x");
  file_.write("x", {5, 2, 3, 4}, ramp(120, 0));
  options.image = {2, 4, 3};  // as many numbers
  const auto turned = failure_of([&] { probe(options); });
  EXPECT_EQ(turned.code, 3);
  EXPECT_THAT(turned.message, HasSubstr("(N, 2, 4, 3) or (N, 24), as data.image says, found "
                                        "(5, 2, 3, 4)"));
}

TEST_F(Hdf5Data, RefusesTestImagesUnlikeThoseOfTraining) {
  file_.remove("x");
  file_.write("x", {5, 2, 3, 4}, ramp(120, 0));
  EXPECT_THAT(load_with("x_test", {2, 2, 4, 3}, ramp(48, 0)).message,
              HasSubstr("expected samples like those of x, which has the shape (5, 2, 3, 4), found "
                        "(2, 2, 4, 3)"));
  EXPECT_THAT(load_with("x_test", {2, 23}, ramp(46, 0)).message,
              HasSubstr("expected 24 columns, as in x, found 23"));
}

TEST_F(Hdf5Data, TellsThePlaceOfABadPixel) {
  auto values = ramp(120, 0);
  values[24 + 12 + 4 + 3] = std::nan("");
  file_.remove("x");
  file_.write("x", {5, 2, 3, 4}, values);
  EXPECT_THAT(failure_of([&] { load(file_.options()); }).message, HasSubstr("at (1, 1, 1, 3)"));
}

TEST_F(Hdf5Data, RefusesWhatItCannotBeAskedFor) {
  auto options = file_.options();
  options.augment = {"mixup", "flip"};
  const auto flip = failure_of([&] { probe(options); });
  EXPECT_EQ(flip.code, 2);
  EXPECT_THAT(flip.message, HasSubstr("data.augment names \"flip\""));
  options.augment = {"mixup", "crop"};
  EXPECT_THAT(failure_of([&] { probe(options); }).message, HasSubstr("names \"crop\""));
  options.augment = {"mixup"};
  EXPECT_EQ(failure_of([&] { probe(options); }).message, "");
  options.image = {3, 1, 1};
  options.augment = {"flip", "crop"};
  EXPECT_EQ(failure_of([&] { load(options); }).message, "");
  options.center_labels = true;
  EXPECT_EQ(failure_of([&] { load(options); }).code, 2);
}

}  // namespace
}  // namespace catapult
