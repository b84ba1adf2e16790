#include "data/hdf5_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "data/image.hpp"
#include "data/locate.hpp"
#include "data/selection.hpp"
#include "record/hdf5.hpp"

namespace catapult {
namespace {

const std::string table_advice =
    "data.path names a file with the datasets x (N, d), of images (N, C, H, W), and y (N, k), "
    "x_test and y_test if wanted";

/// Of a dataset, all but its first dimension taken as one.
struct Sizes {
  std::vector<Index> shape;
  Index rows = 0;
  Index columns = 0;

  ImageShape image() const {
    return shape.size() == 4 ? ImageShape{shape[1], shape[2], shape[3]} : ImageShape{};
  }
};

[[noreturn]] void refuse(const Hdf5File& file, const std::string& name,
                         const std::string& problem) {
  throw DataError(fmt::format("{}: dataset {}: {}", file.path().string(), name, problem));
}

Sizes sizes_of(const Hdf5File& file, const std::string& name) {
  Sizes sizes{file.shape(name)};
  const std::vector<Index>& shape = sizes.shape;
  const bool inputs = name.rfind('x', 0) == 0;
  if (shape.size() != 2 && !(inputs && shape.size() == 4)) {
    const char* better = !inputs            ? "; of labels write one column a class"
                         : shape.size() > 2 ? "; write x.reshape(len(x), -1)"
                                            : "";
    refuse(file, name,
           fmt::format("expected a matrix{}, found the shape ({}){}",
                       inputs ? " or images (N, C, H, W)" : "", fmt::join(shape, ", "), better));
  }
  if (std::find(shape.begin(), shape.end(), Index{0}) != shape.end()) {
    refuse(
        file, name,
        fmt::format("expected at least 1 in every dimension, found ({})", fmt::join(shape, ", ")));
  }
  sizes.rows = shape[0];
  sizes.columns =
      std::accumulate(shape.begin() + 1, shape.end(), Index{1}, std::multiplies<Index>());
  return sizes;
}

/// The place of number `at` of an array, "2, 1".
std::string place_of(Index at, const std::vector<Index>& shape) {
  std::vector<Index> place(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; at /= shape[d]) place[d] = at % shape[d];
  return fmt::format("{}", fmt::join(place, ", "));
}

/// The first `rows` rows, all finite.
std::vector<double> values_of(const Hdf5File& file, const std::string& name, Index rows,
                              const Sizes& sizes) {
  std::vector<double> values(static_cast<std::size_t>(rows * sizes.columns));
  Slab slab{std::vector<Index>(sizes.shape.size(), 0), sizes.shape};
  slab.count[0] = rows;
  file.read_slab(name, slab, values.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    refuse(file, name,
           fmt::format("expected finite numbers, found {} at ({})", values[i],
                       place_of(static_cast<Index>(i), sizes.shape)));
  }
  return values;
}

struct WantedPart {
  std::string name, x, y;
  Index limit = 0;  ///< samples wanted; 0: all
};

/// A part as it was read, and the sizes of its datasets.
struct PartRead {
  TablePart samples;
  Sizes x, y;
};

PartRead read_part(const Hdf5File& file, const WantedPart& part, Depth depth) {
  PartRead read{{}, sizes_of(file, part.x), sizes_of(file, part.y)};
  const Sizes &x = read.x, &y = read.y;
  if (y.rows != x.rows) {
    const bool turned = y.columns == x.columns;
    refuse(file, part.y,
           fmt::format("expected {} rows, as in {}, found {}{}", x.rows, part.x, y.rows,
                       turned ? " (both seem to be transposed, as MATLAB writes them)" : ""));
  }
  check_enough_samples(part.name, part.limit, x.rows);
  read.samples.samples = part.limit > 0 ? part.limit : x.rows;
  if (depth == Depth::content) {
    read.samples.x = values_of(file, part.x, read.samples.samples, x);
    read.samples.y = values_of(file, part.y, read.samples.samples, y);
  }
  return read;
}

/// That of the deck, else that of the file; throws where they disagree.
ImageShape image_of(const Hdf5File& file, const Sizes& x, const DataOptions& options) {
  const ImageShape asked = image_asked_for(options);
  if (asked.channels == 0) return x.image();
  const bool images = x.shape.size() == 4;
  if (images ? x.image() == asked : x.columns == asked.inputs()) return asked;
  refuse(file, "x",
         fmt::format("expected the shape (N, {}) or (N, {}), as data.image says, found ({})",
                     text_of(asked), asked.inputs(), fmt::join(x.shape, ", ")));
}

/// Where y seems to hold labels, which would be taken as one real output: what to do; else "".
std::string remark_on_labels(const Hdf5File& file, Index rows, const Sizes& sizes) {
  const std::vector<double> y = values_of(file, "y", rows, sizes);
  std::set<double> labels;
  for (const double label : y) {
    if (label < 0.0 || label != std::floor(label)) return "";
    labels.insert(label);
  }
  if (labels.size() < 3 || *labels.rbegin() > 1e6) return "";
  return fmt::format(
      "y is one column of the whole numbers {} to {} (one real output is trained on them); if they "
      "are labels, write one column a class",
      *labels.begin(), *labels.rbegin());
}

RawTable read(const Hdf5File& file, const DataOptions& options, Depth depth) {
  PartRead train = read_part(file, {"train", "x", "y", options.train_samples}, depth);
  RawTable table;
  table.train = std::move(train.samples);
  table.inputs = train.x.columns;
  table.outputs = train.y.columns;
  table.image = image_of(file, train.x, options);
  if (table.outputs == 1) table.remark = remark_on_labels(file, table.train.samples, train.y);
  if (!file.has("x_test") && !file.has("y_test")) {
    check_enough_samples("test", options.test_samples, 0);
    return table;
  }
  PartRead test = read_part(file, {"test", "x_test", "y_test", options.test_samples}, depth);
  table.test = std::move(test.samples);
  if (test.x.shape.size() == 4 && test.x.image() != table.image) {
    refuse(file, "x_test",
           fmt::format("expected samples like those of x, which has the shape ({}), found ({})",
                       fmt::join(train.x.shape, ", "), fmt::join(test.x.shape, ", ")));
  }
  if (test.x.columns != table.inputs) {
    refuse(file, "x_test",
           fmt::format("expected {} columns, as in x, found {}", table.inputs, test.x.columns));
  }
  if (test.y.columns != table.outputs) {
    refuse(file, "y_test",
           fmt::format("expected {} columns, as in y, found {}", table.outputs, test.y.columns));
  }
  return table;
}

}  // namespace

RawTable read_hdf5_table(const DataOptions& options, Depth depth) {
  const std::filesystem::path path = locate(options, table_advice);
  try {
    return read(Hdf5File::open(path), options, depth);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}; {}", error.what(), table_advice));
  }
}

}  // namespace catapult
