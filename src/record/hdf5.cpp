#include "record/hdf5.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "record/hdf5_handle.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

static_assert(std::is_same_v<hid_t, std::int64_t>);

constexpr Index chunk_bytes = Index{1} << 20;

/// HDF5 prints nothing by itself: what went wrong is in our messages.
void silence() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

/// The innermost reason on HDF5's error stack.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* error, void* to) -> herr_t {
        if (n == 0 && error->desc) *static_cast<std::string*>(to) = error->desc;
        return 0;
      },
      &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

/// The type in memory and in the file; both are the machine's own.
template <class T>
hid_t type_of() {
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, Index>) return H5T_NATIVE_INT64;
}

/// Chunks of whole rows, or of parts of one where a row is large.
std::vector<hsize_t> chunk_of(const std::vector<Index>& shape, Index element_bytes) {
  Index room = std::max<Index>(1, chunk_bytes / element_bytes);
  std::vector<hsize_t> chunk(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const Index length = std::clamp<Index>(shape[axis], 1, room);
    chunk[axis] = static_cast<hsize_t>(length);
    room = std::max<Index>(1, room / length);
  }
  return chunk;
}

/// The selection of a slab in its dataset's space.
herr_t select(hid_t space, const Slab& slab) {
  if (product(slab.count) == 0) return H5Sselect_none(space);
  const auto start = to_sizes(slab.start), count = to_sizes(slab.count);
  return H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
}

/// Access by all ranks through MPI-IO, or by this process alone. The latest format has checksums
/// in its metadata as well.
hid_t access_of(const Communicator* ranks) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  if (ranks != nullptr && ranks->size() > 1) {
    H5Pset_fapl_mpio(access, ranks->get(), MPI_INFO_NULL);
    H5Pset_all_coll_metadata_ops(access, true);
    H5Pset_coll_metadata_write(access, true);
  }
  return access;
}

hid_t transfer_of(bool shared) {
  const hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  // Checksummed chunks can be written together only.
  if (shared) H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
  return transfer;
}

hid_t create_file(const fs::path& path, const Communicator* ranks) {
  silence();
  const Handle access(access_of(ranks), H5Pclose);
  const Handle root_group(compact_links(H5P_FILE_CREATE), H5Pclose);
  return H5Fcreate(path.c_str(), H5F_ACC_TRUNC, root_group, access);
}

/// Name of a filter of this dataset without which it cannot be read; "" where there is none.
std::string missing_filter(hid_t data) {
  const Handle layout(H5Dget_create_plist(data), H5Pclose);
  for (int i = 0; i < H5Pget_nfilters(layout); ++i) {
    unsigned int flags = 0;
    std::size_t values = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter = H5Pget_filter2(layout, static_cast<unsigned>(i), &flags, &values,
                                               nullptr, name.size(), name.data(), nullptr);
    if (filter >= 0 && H5Zfilter_avail(filter) <= 0) {
      return name[0] != 0 ? name.data() : fmt::format("filter {}", filter);
    }
  }
  return "";
}

hid_t open_file(const fs::path& path) {
  silence();
  const auto refuse = [&](const std::string& problem) {
    throw DataError(fmt::format("{}: {}", path.string(), problem));
  };
  std::error_code unknown;
  const fs::file_type type = fs::status(path, unknown).type();
  if (type == fs::file_type::not_found) refuse("no such file");
  if (unknown) refuse(unknown.message());
  if (type == fs::file_type::directory) refuse("a folder, expected an HDF5 file");
  if (type != fs::file_type::regular) refuse("neither a file nor a link to one");
  if (access(path.c_str(), R_OK) != 0) refuse(std::strerror(errno));
  if (H5Fis_hdf5(path.c_str()) <= 0) refuse("not an HDF5 file");
  return H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
}

}  // namespace

Hdf5File::Hdf5File(fs::path path, std::int64_t file, bool shared, bool writes)
    : path_(std::move(path)), file_(file), shared_(shared), writes_(writes) {
  checked(file_, writes ? "the file cannot be created" : "the file cannot be read");
}

Hdf5File Hdf5File::create(const fs::path& path) {
  return {path, create_file(path, nullptr), false, true};
}
Hdf5File Hdf5File::create(const fs::path& path, const Communicator& ranks) {
  Hdf5File file(path, create_file(path, &ranks), ranks.size() > 1, true);
  file.root_ = ranks.is_root();
  return file;
}
Hdf5File Hdf5File::open(const fs::path& path) { return {path, open_file(path), false, false}; }
Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      shared_(other.shared_),
      writes_(other.writes_),
      root_(other.root_) {}

Hdf5File::~Hdf5File() {
  if (file_ >= 0) H5Fclose(file_);
}

void Hdf5File::close() {
  if (writes_) checked(H5Fflush(file_, H5F_SCOPE_GLOBAL), "the file cannot be written");
  checked(H5Fclose(file_), "the file cannot be closed");
  file_ = -1;
}

void Hdf5File::check(bool good, const std::string& problem) const {
  if (!good) fail(fmt::format("{} ({})", problem, reason()));
}

void Hdf5File::fail(const std::string& problem) const {
  const std::string message = fmt::format("{}: {}", path_.string(), problem);
  if (writes_ && file_ >= 0) abort_job(ExitCode::output, message);
  if (writes_) throw OutputError(message);
  throw DataError(message);
}

template <class T>
void Hdf5File::write_slab(const std::string& dataset, const std::vector<Index>& shape,
                          const Slab& slab, const T* values) {
  const std::string problem = fmt::format("dataset {} cannot be written", dataset);
  const auto sizes = to_sizes(shape);
  auto most = sizes;
  most[0] = H5S_UNLIMITED;
  const auto chunk = chunk_of(shape, sizeof(T));
  const int axes = static_cast<int>(shape.size());
  make_groups(dataset);
  const Handle layout(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(layout, axes, chunk.data());
  H5Pset_fletcher32(layout);
  const Handle space(checked(H5Screate_simple(axes, sizes.data(), most.data()), problem), H5Sclose);
  Handle data(checked(has(dataset) ? H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT)
                                   : H5Dcreate2(file_, dataset.c_str(), type_of<T>(), space,
                                                H5P_DEFAULT, layout, H5P_DEFAULT),
                      problem),
              H5Dclose);
  checked(select(space, slab), problem);
  const auto count = static_cast<hsize_t>(product(slab.count));
  const Handle memory(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle transfer(transfer_of(shared_), H5Pclose);
  checked(H5Dwrite(data, type_of<T>(), memory, space, transfer, values), problem);
  checked(data.close(), problem);
}

template <class T>
void Hdf5File::read_slab(const std::string& dataset, const Slab& slab, T* values) const {
  if (!has(dataset)) fail(fmt::format("has no dataset {}", dataset));
  const std::string problem = fmt::format("dataset {} cannot be read", dataset);
  const Handle data(checked(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), problem), H5Dclose);
  const Handle space(checked(H5Dget_space(data), problem), H5Sclose);
  const Handle type(checked(H5Dget_type(data), problem), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  const bool boolean = kind == H5T_ENUM && H5Tget_size(type) == 1;  // as h5py writes them
  if (kind != H5T_FLOAT && kind != H5T_INTEGER && !boolean) {
    fail(problem + " (it does not hold numbers)");
  }
  const std::string filter = missing_filter(data);
  if (!filter.empty()) {
    fail(
        fmt::format("{} (it is compressed by {}, which this HDF5 does not know); write it with "
                    "gzip, or with none",
                    problem, filter));
  }
  checked(select(space, slab), problem);
  const auto count = static_cast<hsize_t>(product(slab.count));
  const Handle memory(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle transfer(transfer_of(shared_), H5Pclose);
  if (!boolean) {
    checked(H5Dread(data, type_of<T>(), memory, space, transfer, values), problem);
    return;
  }
  std::vector<signed char> bytes(static_cast<std::size_t>(count));
  checked(H5Dread(data, type, memory, space, transfer, bytes.data()), problem);
  std::copy(bytes.begin(), bytes.end(), values);
}

template <class T>
void Hdf5File::write(const std::string& dataset, const std::vector<Index>& shape,
                     const std::vector<T>& values) {
  const std::vector<Index> none(shape.size(), 0);
  write_slab(dataset, shape, {none, root_ ? shape : none}, values.data());
}

template <class T>
std::vector<T> Hdf5File::read(const std::string& dataset) const {
  const std::vector<Index> all = shape(dataset);
  std::vector<T> values(static_cast<std::size_t>(elements_of(dataset, sizeof(T))));
  read_slab(dataset, {std::vector<Index>(all.size(), 0), all}, values.data());
  return values;
}

template <class T>
std::vector<T> Hdf5File::read(const std::string& dataset, Index count) const {
  std::vector<T> values = read<T>(dataset);
  if (static_cast<Index>(values.size()) == count) return values;
  fail(fmt::format("expected {} values in {}, found {}", count, dataset, values.size()));
}

#define CATAPULT_INSTANTIATE(T)                                                                  \
  template void Hdf5File::write(const std::string&, const std::vector<Index>&,                   \
                                const std::vector<T>&);                                          \
  template std::vector<T> Hdf5File::read(const std::string&) const;                              \
  template std::vector<T> Hdf5File::read(const std::string&, Index) const;                       \
  template void Hdf5File::write_slab(const std::string&, const std::vector<Index>&, const Slab&, \
                                     const T*);                                                  \
  template void Hdf5File::read_slab(const std::string&, const Slab&, T*) const;
CATAPULT_INSTANTIATE(float)
CATAPULT_INSTANTIATE(double)
CATAPULT_INSTANTIATE(Index)
#undef CATAPULT_INSTANTIATE
template std::vector<std::string> Hdf5File::read(const std::string&, Index) const;

double stored_bytes(const std::vector<Index>& shape, Index element_bytes) {
  const std::vector<hsize_t> chunk = chunk_of(shape, element_bytes);
  double bytes = static_cast<double>(element_bytes);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const auto length = static_cast<Index>(chunk[axis]);
    bytes *= static_cast<double>((shape[axis] + length - 1) / length * length);
  }
  return bytes;
}

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace catapult
