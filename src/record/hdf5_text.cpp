// Datasets of texts.
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "record/hdf5.hpp"
#include "record/hdf5_handle.hpp"

namespace catapult {
namespace {

constexpr const char* checksum_name = "xxh3_64";  // attribute of every dataset of texts

std::uint64_t checksum(const std::string& bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

/// Negative where it cannot be written. Collective where the file is shared.
herr_t write_checksum(hid_t data, std::uint64_t sum) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      H5Acreate2(data, checksum_name, H5T_STD_U64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  return H5Awrite(attribute, H5T_NATIVE_UINT64, &sum);
}

/// Whether `bytes` are what was written; files of before there was a checksum are believed.
bool is_intact(hid_t data, const std::string& bytes) {
  if (H5Aexists(data, checksum_name) == 0) return true;
  const Handle attribute(H5Aopen(data, checksum_name, H5P_DEFAULT), H5Aclose);
  std::uint64_t sum = 0;
  return H5Aread(attribute, H5T_NATIVE_UINT64, &sum) >= 0 && sum == checksum(bytes);
}

}  // namespace

// A text is an array of bytes in memory, as long as the longest, filled up with zeros.
template <>
void Hdf5File::write(const std::string& dataset, const std::vector<Index>& shape,
                     const std::vector<std::string>& values) {
  const std::string problem = fmt::format("dataset {} cannot be written", dataset);
  std::size_t length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  std::string bytes(length * values.size(), '\0');
  for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(&bytes[i * length], length);

  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, length);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const auto sizes = to_sizes(shape);
  make_groups(dataset);
  const Handle space(
      checked(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), problem),
      H5Sclose);
  Handle data(checked(H5Dcreate2(file_, dataset.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT,
                                 H5P_DEFAULT),
                      problem),
              H5Dclose);
  // An unchunked dataset may be written by one rank on its own.
  if (root_) checked(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), problem);
  checked(write_checksum(data, checksum(bytes)), problem);
  checked(data.close(), problem);
}

template <>
std::vector<std::string> Hdf5File::read(const std::string& dataset) const {
  if (!has(dataset)) fail(fmt::format("has no dataset {}", dataset));
  const std::string problem = fmt::format("dataset {} cannot be read", dataset);
  const Handle data(checked(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), problem), H5Dclose);
  const Handle type(checked(H5Dget_type(data), problem), H5Tclose);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0) {
    fail(problem + " (it does not hold texts of fixed length)");
  }
  const std::size_t length = H5Tget_size(type);
  std::vector<std::string> values(static_cast<std::size_t>(elements_of(dataset, length)));
  std::string bytes(length * values.size(), '\0');
  checked(H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), problem);
  if (!is_intact(data, bytes)) fail(problem + " (its checksum is another)");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const char* from = bytes.data() + i * length;
    values[i].assign(from, strnlen(from, length));
  }
  return values;
}

}  // namespace catapult
