// What the tests of room data share: temporary folders, small files of each format, failures.
// defines: TempFolder, write_plain, write_gzip, big_endian, idx_images, idx_labels, SmallIdx,
//          Failure, failure_of, to_vector, Loaded, load
#pragma once

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "linalg/views.hpp"

namespace catapult::testing {

namespace fs = std::filesystem;

/// A folder of this process, removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (fs::temp_directory_path() / "catapult-data-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TempFolder() { fs::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const fs::path& path() const { return path_; }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline void write_plain(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline void write_gzip(const fs::path& path, const std::string& bytes) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
}

inline std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

inline std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns,
                              const std::string& pixels) {
  return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(columns) + pixels;
}

inline std::string idx_labels(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

/// The four files of a data set of 3 x 2 images: pixel p of sample s is 10 s + p.
struct SmallIdx {
  std::string train_labels = {3, 1, 0, 3, 2, 3, 0};
  std::string test_labels = {0, 3, 3};

  static std::string pixels(std::size_t samples) {
    std::string bytes;
    for (std::size_t sample = 0; sample < samples; ++sample) {
      for (std::size_t pixel = 0; pixel < 6; ++pixel) {
        bytes += static_cast<char>(10 * sample + pixel);
      }
    }
    return bytes;
  }

  /// (name, content); the training part first, images before labels.
  std::vector<std::pair<std::string, std::string>> files() const {
    const auto images = [](const std::string& labels) {
      return idx_images(static_cast<std::uint32_t>(labels.size()), 3, 2, pixels(labels.size()));
    };
    return {{"train-images-idx3-ubyte", images(train_labels)},
            {"train-labels-idx1-ubyte", idx_labels(train_labels)},
            {"t10k-images-idx3-ubyte", images(test_labels)},
            {"t10k-labels-idx1-ubyte", idx_labels(test_labels)}};
  }

  void write(const fs::path& folder) const {
    for (const auto& [name, bytes] : files()) write_plain(folder / name, bytes);
  }
};

/// How a call ended: exit code and message of the Error it threw, 0 where it threw none.
struct Failure {
  int code = 0;
  std::string message;
};

template <class Call>
Failure failure_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.what()};
  }
  return {};
}

/// Row by row.
template <class Real>
std::vector<Real> to_vector(const Matrix<Real>& matrix) {
  const auto host = to_host(matrix);
  return std::vector<Real>(host.data(), host.data() + host.size());
}

/// What a rank by itself loads.
template <class Real>
struct Loaded {
  Samples<Real> train, test;
};

template <class Real = double>
Loaded<Real> load(const DataOptions& options) {
  const auto data = load_dataset<Real>(options, make_grid(Communicator::self(), 1));
  return {data.train.mine(), data.test.mine()};
}

}  // namespace catapult::testing
