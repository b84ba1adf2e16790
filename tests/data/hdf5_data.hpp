// A small data file of HDF5, of which tests replace what they are about.
// defines: DataFile, Hdf5Data, ramp
#pragma once

#include <gmock/gmock.h>
#include <hdf5.h>

#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/shape.hpp"
#include "files.hpp"

namespace catapult::testing {

using Sizes = std::vector<hsize_t>;

inline std::vector<double> ramp(std::size_t count, double start) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = start + static_cast<double>(i);
  return values;
}

/// A data file that a test fills, with the C interface alone.
class DataFile {
 public:
  DataFile() { H5Fclose(H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }

  std::string path() const { return folder_ / "data.h5"; }

  /// Writes `values`, kept in the file as `type`; numbers upwards from `start` by default.
  void write(const std::string& name, const Sizes& sizes, const std::vector<double>& values,
             hid_t type = H5T_IEEE_F64LE) const {
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
    const hid_t dataset =
        H5Dcreate(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    H5Sclose(space);
    H5Fclose(file);
  }

  void remove(const std::string& name) const {
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, name.c_str(), H5P_DEFAULT);
    H5Fclose(file);
  }

  DataOptions options() const {
    DataOptions options;
    options.source = "hdf5";
    options.path = path();
    options.preprocessing = "none";
    return options;
  }

 private:
  TempFolder folder_;
};

/// x (5, 3), y (5, 2), x_test (2, 3), y_test (2, 2).
class Hdf5Data : public ::testing::Test {
 protected:
  void SetUp() override {
    file_.write("x", {5, 3}, ramp(15, 0.5));
    file_.write("y", {5, 2}, ramp(10, -3.25));
    file_.write("x_test", {2, 3}, ramp(6, 100.5));
    file_.write("y_test", {2, 2}, ramp(4, 200.5));
  }

  /// Replaces a dataset and says how loading ends; probing must end the same way.
  Failure load_with(const std::string& name, const Sizes& sizes,
                    const std::vector<double>& values) {
    file_.remove(name);
    file_.write(name, sizes, values);
    return load_and_probe();
  }
  Failure load_without(const std::string& name) {
    file_.remove(name);
    return load_and_probe();
  }
  Failure load_and_probe() {
    const Failure failure = failure_of([&] { load(file_.options()); });
    EXPECT_EQ(failure_of([&] { probe(file_.options()); }).message, failure.message);
    EXPECT_THAT(failure.message, ::testing::HasSubstr(file_.path()));
    return failure;
  }

  DataFile file_;
};

}  // namespace catapult::testing
