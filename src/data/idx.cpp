#include "data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "data/byte_file.hpp"
#include "data/locate.hpp"
#include "data/selection.hpp"

namespace catapult {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<unsigned char>;

constexpr std::uint32_t image_magic = 0x00000803;  // unsigned bytes, 3 dimensions
constexpr std::uint32_t label_magic = 0x00000801;  // unsigned bytes, 1 dimension
constexpr Index image_header = 16, label_header = 8;
constexpr Index largest_image = Index{1} << 24;  // pixels; more is a damaged header
constexpr Index usual_labels = 10;

constexpr const char* idx_advice =
    "run inputs/data/fetch.sh mnist, or use inputs/data/digits, which is shipped";

/// The first of PREFIX-`content`-`type` and, as some unpackers name it, PREFIX-`content`.`type`,
/// with and without .gz, that is there.
fs::path find_file(const fs::path& folder, const std::vector<std::string>& prefixes,
                   const std::string& content, const std::string& type) {
  for (const std::string& prefix : prefixes) {
    for (const char* joint : {"-", "."}) {
      for (const char* suffix : {"", ".gz"}) {
        const fs::path file = folder / (prefix + "-" + content + joint + type + suffix);
        if (is_there(file, idx_advice)) return file;
      }
    }
  }
  throw DataError(fmt::format("cannot open {}[.gz] (no such file); {}",
                              (folder / (prefixes.front() + "-" + content + "-" + type)).string(),
                              idx_advice));
}

Index big_endian(const unsigned char* bytes) {
  return (Index{bytes[0]} << 24) | (Index{bytes[1]} << 16) | (Index{bytes[2]} << 8) |
         Index{bytes[3]};
}

/// The dimensions behind the magic number.
template <std::size_t dimensions>
std::array<Index, dimensions> read_header(ByteFile& file, Index magic, const char* content) {
  std::array<unsigned char, 4 * (dimensions + 1)> header{};
  file.read(header.data(), header.size(), header.size());
  const Index found = big_endian(header.data());
  if (found != magic) {
    throw file.error(
        fmt::format("is no IDX file of {} (expected the magic number 0x{:08x}, found 0x{:08x})",
                    content, magic, found));
  }
  std::array<Index, dimensions> sizes{};
  for (std::size_t d = 0; d < dimensions; ++d) sizes[d] = big_endian(&header[4 * (d + 1)]);
  return sizes;
}

struct Part {
  std::string name;
  fs::path images, labels;
};

Part find_part(const fs::path& folder, const std::string& name,
               const std::vector<std::string>& prefixes) {
  return {name, find_file(folder, prefixes, "images", "idx3-ubyte"),
          find_file(folder, prefixes, "labels", "idx1-ubyte")};
}

Bytes read_labels(const Part& part) {
  ByteFile file(part.labels, idx_advice);
  const Index count = read_header<1>(file, label_magic, "labels")[0];
  if (count == 0) throw file.error("has no labels (expected at least 1, found 0)");
  const Index size = label_header + count;
  file.expect_size(size);
  // A damaged header may promise gigabytes: memory is taken as the bytes arrive.
  constexpr Index piece = Index{1} << 20;
  Bytes labels;
  for (Index begin = 0; begin < count; begin += piece) {
    labels.resize(static_cast<std::size_t>(std::min(count, begin + piece)));
    file.read(labels.data() + begin, static_cast<Index>(labels.size()) - begin, size);
  }
  file.expect_end(size);
  return labels;
}

/// Labels run from 0 to the largest. Those above 9 are believed only where none is missing below,
/// as one damaged byte would otherwise add outputs that no sample belongs to.
Index count_labels(const Bytes& labels, const fs::path& file) {
  std::array<Index, 256> found{};
  for (const unsigned char label : labels) ++found[label];
  const Index largest = *std::max_element(labels.begin(), labels.end());
  for (Index label = usual_labels; label < largest; ++label) {
    if (found[static_cast<std::size_t>(label)] > 0) continue;
    throw DataError(fmt::format(
        "{} has label {} out of range (expected 0 to {}, as no sample has label {}); {}",
        file.string(), largest, label - 1, label, idx_advice));
  }
  return largest + 1;
}

void check_labels(const Bytes& labels, Index count, const fs::path& file) {
  const auto wrong = std::find_if(labels.begin(), labels.end(),
                                  [count](unsigned char label) { return label >= count; });
  if (wrong == labels.end()) return;
  throw DataError(
      fmt::format("{} has label {} of sample {} out of range (expected 0 to {}, as in "
                  "the training part); {}",
                  file.string(), *wrong, wrong - labels.begin(), count - 1, idx_advice));
}

/// Pixels of the samples with chosen[sample] into `pixels`; returns (rows, columns).
std::array<Index, 2> read_images(const Part& part, const std::vector<bool>& chosen, Depth depth,
                                 Bytes& pixels) {
  ByteFile file(part.images, idx_advice);
  const auto [count, rows, columns] = read_header<3>(file, image_magic, "images");
  if (count != static_cast<Index>(chosen.size())) {
    throw file.error(fmt::format("does not fit {} (expected {} images, one a label, found {})",
                                 part.labels.string(), chosen.size(), count));
  }
  if (rows == 0 || columns == 0 || rows > largest_image / columns) {
    throw file.error(
        fmt::format("has a damaged header (expected images of 1 to {} pixels, found {} x {})",
                    largest_image, rows, columns));
  }
  const Index inputs = rows * columns, size = image_header + count * inputs;
  file.expect_size(size);
  if (depth == Depth::shape) return {rows, columns};
  Bytes image(static_cast<std::size_t>(inputs));
  auto end = chosen.end();
  // Inflating what nobody asks for would take longer than all else at the start of a run.
  if (file.tells_size(size)) {
    while (end != chosen.begin() && !*std::prev(end)) --end;
  }
  for (auto wanted = chosen.begin(); wanted != end; ++wanted) {
    file.read(image.data(), inputs, size);
    if (*wanted) pixels.insert(pixels.end(), image.begin(), image.end());
  }
  if (end == chosen.end()) file.expect_end(size);
  return {rows, columns};
}

/// Fills `result`; returns (rows, columns).
std::array<Index, 2> read_part(const Part& part, const Bytes& labels, Selection& selection,
                               bool every_class, Depth depth, ImagePart& result) {
  std::vector<bool> chosen;
  chosen.reserve(labels.size());
  for (const unsigned char label : labels) chosen.push_back(selection.take(label));
  selection.check(part.name, every_class);
  result.outputs = selection.outputs();
  return read_images(part, chosen, depth, result.pixels);
}

}  // namespace

Images read_idx(const DataOptions& options, Depth depth) {
  const fs::path folder = locate(options, idx_advice);
  if (!fs::is_directory(folder)) {
    throw DataError(fmt::format("{} is a file (idx data are a folder of four files); {}",
                                folder.string(), idx_advice));
  }
  const Part train = find_part(folder, "train", {"train"});
  const Part test = find_part(folder, "test", {"t10k", "test"});
  const Bytes train_labels = read_labels(train), test_labels = read_labels(test);
  const Index labels = count_labels(train_labels, train.labels);
  check_labels(test_labels, labels, test.labels);

  const ClassMap classes(options.classes, labels);
  Selection of_train(classes, options.train_samples), of_test(classes, options.test_samples);
  Images images;
  const auto train_image =
      read_part(train, train_labels, of_train, !options.classes.empty(), depth, images.train);
  const auto test_image = read_part(test, test_labels, of_test, false, depth, images.test);
  if (train_image != test_image) {
    throw DataError(
        fmt::format("{} does not fit {} (expected images of {} x {}, found {} x {}); {}",
                    test.images.string(), train.images.string(), train_image[0], train_image[1],
                    test_image[0], test_image[1], idx_advice));
  }
  images.image = {1, train_image[0], train_image[1]};
  images.outputs = classes.outputs();
  images.remark = of_train.remark_on_empty_classes();
  return images;
}

}  // namespace catapult
