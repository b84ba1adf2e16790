// What a file holds: names, shapes, sizes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/hdf5.hpp"
#include "record/hdf5_handle.hpp"

namespace catapult {
namespace {

constexpr double most_packing = 1100.0;  // no filter packs numbers more closely

herr_t add_name(hid_t, const char* name, const H5L_info_t*, void* to) {
  static_cast<std::vector<std::string>*>(to)->emplace_back(name);
  return 0;
}

}  // namespace

bool Hdf5File::has(const std::string& dataset) const {
  for (std::size_t end = dataset.find('/', 1);; end = dataset.find('/', end + 1)) {
    const std::string part = dataset.substr(0, end);
    const htri_t found = H5Lexists(file_, part.c_str(), H5P_DEFAULT);
    if (checked(found, part + " cannot be looked for") == 0) return false;
    if (end == std::string::npos) return true;
  }
}

void Hdf5File::make_groups(const std::string& dataset) {
  const Handle compact(compact_links(H5P_GROUP_CREATE), H5Pclose);
  for (auto end = dataset.find('/', 1); end != std::string::npos;
       end = dataset.find('/', end + 1)) {
    const std::string group = dataset.substr(0, end);
    if (has(group)) continue;
    const Handle made(checked(H5Gcreate2(file_, group.c_str(), H5P_DEFAULT, compact, H5P_DEFAULT),
                              group + " cannot be made"),
                      H5Gclose);
  }
}

std::vector<Index> Hdf5File::shape(const std::string& dataset) const {
  if (!has(dataset)) fail(fmt::format("has no dataset {}", dataset));
  const std::string problem = fmt::format("dataset {} cannot be read", dataset);
  const Handle data(checked(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), problem), H5Dclose);
  const Handle space(checked(H5Dget_space(data), problem), H5Sclose);
  const int axes = checked(H5Sget_simple_extent_ndims(space), problem);
  std::vector<hsize_t> sizes(static_cast<std::size_t>(axes));
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return {sizes.begin(), sizes.end()};
}

std::vector<std::string> Hdf5File::children(const std::string& group) const {
  std::vector<std::string> names;
  if (!has(group)) return names;
  const Handle at(checked(H5Gopen2(file_, group.c_str(), H5P_DEFAULT), group + " is no group"),
                  H5Gclose);
  checked(H5Literate(at, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &names),
          group + " cannot be read");
  return names;
}

std::vector<std::string> Hdf5File::descendants(const std::string& group) const {
  std::vector<std::string> names;
  if (!has(group)) return names;
  const Handle at(checked(H5Gopen2(file_, group.c_str(), H5P_DEFAULT), group + " is no group"),
                  H5Gclose);
  checked(H5Lvisit(at, H5_INDEX_NAME, H5_ITER_INC, add_name, &names), group + " cannot be read");
  return names;
}

Index Hdf5File::elements_of(const std::string& dataset, std::size_t element_bytes) const {
  const std::vector<Index> sizes = shape(dataset);
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  const auto stored = static_cast<double>(H5Dget_storage_size(data));
  double bytes = static_cast<double>(element_bytes);
  for (const Index size : sizes) bytes *= static_cast<double>(size);
  if (bytes > most_packing * stored) {
    fail(fmt::format("dataset {} claims the shape ({}) in {} bytes", dataset,
                     fmt::join(sizes, ", "), stored));
  }
  return product(sizes);
}

}  // namespace catapult
