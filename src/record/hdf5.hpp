// Files of HDF5 over its C interface: datasets in, datasets out, every failure an exception.
// defines: Slab, Hdf5File, description_bytes, stored_bytes, hdf5_version
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "base/integer.hpp"

namespace catapult {

/// Part of a dataset: first index and number of elements along each axis.
struct Slab {
  std::vector<Index> start;
  std::vector<Index> count;
};

/// An open file. Elements: float, double, Index, std::string (stored with fixed length). Datasets
/// of numbers are chunked, extendible along the first axis and checksummed by HDF5; those of texts
/// carry a checksum of their own. Groups in their names are made.
///
/// Reading throws DataError, making a file OutputError, both with the path. A failure to write ends
/// the job at once (abort_job): HDF5 then leaves the other ranks waiting, and so would closing the
/// file; alone it tries again when MPI ends, and dies. So room is asked for first (require_room).
class Hdf5File {
 public:
  /// A new file of this process alone. Throws OutputError.
  static Hdf5File create(const std::filesystem::path& path);
  /// A new file of all `ranks`: all calls but has() and shape() are then collective.
  static Hdf5File create(const std::filesystem::path& path, const Communicator& ranks);
  /// An existing file, for reading by this process: of many ranks each opens it for itself, so that
  /// a broken chunk, which only its reader sees, leaves no rank waiting (see on_all). Throws
  /// DataError where it is missing or no HDF5 file.
  static Hdf5File open(const std::filesystem::path& path);

  Hdf5File(Hdf5File&& other) noexcept;
  Hdf5File& operator=(Hdf5File&&) = delete;
  /// Without close() errors of the last flush go unseen: for unwinding only.
  ~Hdf5File();

  /// To be called once all is written.
  void close();

  bool has(const std::string& dataset) const;
  std::vector<Index> shape(const std::string& dataset) const;
  /// Names of what a group holds, sorted; nothing where there is no such group.
  std::vector<std::string> children(const std::string& group) const;
  /// The same of a group and all groups below it: "00", "00/weight", ...
  std::vector<std::string> descendants(const std::string& group) const;

  /// All of a dataset, row-major. Of a file that several ranks write rank 0 writes it; the numbers
  /// of the others are not looked at, their texts are the same.
  template <class T>
  void write(const std::string& dataset, const std::vector<Index>& shape,
             const std::vector<T>& values);
  template <class T>
  std::vector<T> read(const std::string& dataset) const;
  /// The same of one that holds `count` elements.
  template <class T>
  std::vector<T> read(const std::string& dataset, Index count) const;

  /// This rank's slab, which may be empty, of a dataset of `shape`, which the first one makes.
  template <class T>
  void write_slab(const std::string& dataset, const std::vector<Index>& shape, const Slab& slab,
                  const T* values);
  /// Numbers are converted to T.
  template <class T>
  void read_slab(const std::string& dataset, const Slab& slab, T* values) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  Hdf5File(std::filesystem::path path, std::int64_t file, bool shared, bool writes);

  [[noreturn]] void fail(const std::string& problem) const;
  /// The groups that `dataset` lies in.
  void make_groups(const std::string& dataset);
  /// Elements of a dataset. Fails where they are more than the file can hold at `element_bytes`
  /// each: memory is not asked for what a wrong size claims.
  Index elements_of(const std::string& dataset, std::size_t element_bytes) const;
  /// Fails with "PROBLEM (reason of HDF5)" where not `good`.
  void check(bool good, const std::string& problem) const;
  /// What a function of HDF5 gave: negative is bad.
  template <class Result>
  Result checked(Result result, const std::string& problem) const {
    check(result >= 0, problem);
    return result;
  }

  std::filesystem::path path_;
  std::int64_t file_ = -1;  ///< hid_t
  bool shared_ = false;     ///< several ranks write it
  bool writes_ = false;
  bool root_ = true;  ///< this rank writes what is written once
};

// Texts are stored their own way.
template <>
void Hdf5File::write(const std::string& dataset, const std::vector<Index>& shape,
                     const std::vector<std::string>& values);
template <>
std::vector<std::string> Hdf5File::read(const std::string& dataset) const;

/// Upper bound of what a file takes besides its numbers: names, provenance, tables of chunks.
inline constexpr double description_bytes = 1e6;

/// What a dataset of this shape takes in a file: its chunks are stored whole.
double stored_bytes(const std::vector<Index>& shape, Index element_bytes);

/// Of the library at hand, "1.10.8".
std::string hdf5_version();

}  // namespace catapult
