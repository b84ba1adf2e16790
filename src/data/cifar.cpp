#include "data/cifar.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/byte_file.hpp"
#include "data/locate.hpp"
#include "data/selection.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;

constexpr Index pixels_of_image = 3 * 32 * 32;

/// What tells the two formats apart. The label used is the last one before the pixels.
struct Format {
  std::string advice;
  std::vector<Index> label_counts;  // of each label byte

  Index label_bytes() const { return static_cast<Index>(label_counts.size()); }
  Index record_bytes() const { return label_bytes() + pixels_of_image; }
};

std::optional<fs::path> find_file(const fs::path& folder, const std::string& name,
                                  const Format& format) {
  for (const char* suffix : {"", ".gz"}) {
    const fs::path file = folder / (name + suffix);
    if (is_there(file, format.advice)) return file;
  }
  return std::nullopt;
}

fs::path need_file(const fs::path& folder, const std::string& name, const Format& format) {
  if (const auto file = find_file(folder, name, format)) return *file;
  throw DataError(fmt::format("cannot open {}[.gz] (no such file); {}", (folder / name).string(),
                              format.advice));
}

fs::path need_folder(const DataOptions& options, const Format& format) {
  const fs::path folder = locate(options, format.advice);
  if (fs::is_directory(folder)) return folder;
  throw DataError(fmt::format("{} is a file ({} data are a folder of binary files); {}",
                              folder.string(), options.source, format.advice));
}

/// Data batches 1, 2, ... as far as they go.
std::vector<fs::path> find_batches(const fs::path& folder, const Format& format) {
  constexpr int batches = 5;
  const auto name = [](int batch) { return fmt::format("data_batch_{}.bin", batch); };
  std::vector<fs::path> files = {need_file(folder, name(1), format)};
  for (int batch = 2; batch <= batches; ++batch) {
    const auto file = find_file(folder, name(batch), format);
    if (!file) continue;
    need_file(folder, name(batch - 1), format);
    files.push_back(*file);
  }
  return files;
}

/// Appends the samples of one file that are taken.
void read_file(const fs::path& path, const Format& format, Depth depth, Selection& selection,
               std::vector<unsigned char>& pixels) {
  ByteFile file(path, format.advice);
  std::vector<unsigned char> record(static_cast<std::size_t>(format.record_bytes()));
  while (const Index found = file.read_some(record.data(), format.record_bytes())) {
    if (found < format.record_bytes()) {
      throw file.error(
          fmt::format("is truncated (expected whole records of {} bytes, found {} "
                      "bytes behind the last one)",
                      format.record_bytes(), found));
    }
    for (std::size_t byte = 0; byte < format.label_counts.size(); ++byte) {
      if (record[byte] < format.label_counts[byte]) continue;
      throw file.error(fmt::format("has label {} of record {} out of range (expected 0 to {})",
                                   record[byte], file.position() / format.record_bytes() - 1,
                                   format.label_counts[byte] - 1));
    }
    const auto image = record.begin() + format.label_bytes();
    if (selection.take(*(image - 1)) && depth == Depth::content) {
      pixels.insert(pixels.end(), image, record.end());
    }
  }
}

Images read_cifar(const DataOptions& options, Depth depth, const Format& format,
                  const std::vector<fs::path>& train, const fs::path& test) {
  const ClassMap classes(options.classes, format.label_counts.back());
  Images images;
  images.image = {3, 32, 32};
  images.outputs = classes.outputs();

  Selection train_selection(classes, options.train_samples);
  for (const fs::path& file : train) {
    read_file(file, format, depth, train_selection, images.train.pixels);
  }
  train_selection.check("train", !options.classes.empty());
  images.train.outputs = train_selection.outputs();

  Selection test_selection(classes, options.test_samples);
  read_file(test, format, depth, test_selection, images.test.pixels);
  test_selection.check("test", false);
  images.test.outputs = test_selection.outputs();
  return images;
}

}  // namespace

Images read_cifar10(const DataOptions& options, Depth depth) {
  const Format format{"run inputs/data/fetch.sh cifar10", {10}};
  const fs::path folder = need_folder(options, format);
  return read_cifar(options, depth, format, find_batches(folder, format),
                    need_file(folder, "test_batch.bin", format));
}

Images read_cifar100(const DataOptions& options, Depth depth) {
  const Format format{"run inputs/data/fetch.sh cifar100", {20, 100}};
  const fs::path folder = need_folder(options, format);
  return read_cifar(options, depth, format, {need_file(folder, "train.bin", format)},
                    need_file(folder, "test.bin", format));
}

}  // namespace catapult
